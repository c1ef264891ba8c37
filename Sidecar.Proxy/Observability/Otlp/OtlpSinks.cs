namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Where what is told of each request goes; null where nobody collects it.</summary>
/// <param name="Spans">Spans.</param>
/// <param name="AccessLog">The access log's records.</param>
internal sealed record OtlpSinks(IOtlpSink? Spans, IOtlpSink? AccessLog) : IAsyncDisposable
{
    /// <summary>Nobody collects anything.</summary>
    public static OtlpSinks None { get; } = new(null, null);

    /// <summary>Sends what is left.</summary>
    /// <returns>When both have.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (var sink in new[] { Spans, AccessLog }.OfType<IAsyncDisposable>())
            await sink.DisposeAsync();
    }
}

/// <summary>Takes records of one signal, encoded.</summary>
internal interface IOtlpSink
{
    /// <summary>Takes a record; never waits.</summary>
    /// <param name="record">A <c>Span</c> or <c>LogRecord</c>; good for this call only.</param>
    void Add(ReadOnlySpan<byte> record);
}
