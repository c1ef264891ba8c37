using System.Diagnostics;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A span as a collector understands it.</summary>
internal sealed record RecordedSpan(OtlpFields Fields)
{
    public ActivityTraceId TraceId => ActivityTraceId.CreateFromBytes(Fields.Bytes(1));

    public ActivitySpanId SpanId => ActivitySpanId.CreateFromBytes(Fields.Bytes(2));

    public string TraceState => Fields.Text(3);

    public ActivitySpanId ParentSpanId => Fields.Bytes(4) is { Length: 8 } bytes ? ActivitySpanId.CreateFromBytes(bytes) : default;

    public string Name => Fields.Text(5);

    /// <summary>OTLP counts from 1.</summary>
    public ActivityKind Kind => (ActivityKind)(Fields.Number(6) - 1);

    public DateTimeOffset Start => DateTimeOffset.UnixEpoch.AddTicks(Fields.Number(7) / TimeSpan.NanosecondsPerTick);

    public DateTimeOffset End => DateTimeOffset.UnixEpoch.AddTicks(Fields.Number(8) / TimeSpan.NanosecondsPerTick);

    public IReadOnlyDictionary<string, object?> Attributes { get; } = Fields.Attributes(9);

    public ActivityStatusCode Status => (ActivityStatusCode)Fields.Message(15).Number(3);

    public string StatusDescription => Fields.Message(15).Text(2);

    public object? Attribute(string name) => Attributes.GetValueOrDefault(name);
}
