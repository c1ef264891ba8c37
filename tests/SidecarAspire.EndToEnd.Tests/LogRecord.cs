using System.Text.Json;

namespace SidecarAspire.EndToEnd.Tests;

/// <summary>A log record in OTLP's terms.</summary>
public sealed record LogRecord(string Message, string? SpanId, IReadOnlyDictionary<string, string> Attributes)
{
    internal static LogRecord Read(JsonElement record) => new(
        record.GetProperty("body").GetProperty("stringValue").GetString()!,
        record.TryGetProperty("spanId", out var span) ? span.GetString() : null,
        OtlpAttributes.Read(record));
}
