using System.Text.Json;

namespace SidecarAspire.EndToEnd.Tests;

/// <summary>A span in OTLP's terms.</summary>
public sealed record Span(string Id, string? ParentId, string Name, SpanKind Kind, IReadOnlyDictionary<string, string> Attributes)
{
    internal static Span Read(JsonElement span) => new(
        span.GetProperty("spanId").GetString()!,
        span.TryGetProperty("parentSpanId", out var parent) ? parent.GetString() : null,
        span.GetProperty("name").GetString()!,
        (SpanKind)span.GetProperty("kind").GetInt32(),
        OtlpAttributes.Read(span));
}
