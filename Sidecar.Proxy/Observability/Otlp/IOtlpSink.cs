namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Takes records of one signal, encoded.</summary>
internal interface IOtlpSink
{
    /// <summary>Takes a record; never waits.</summary>
    /// <param name="record">A <c>Span</c> or <c>LogRecord</c>; good for this call only.</param>
    void Add(ReadOnlySpan<byte> record);
}
