namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Records that are sent together.</summary>
/// <param name="Buffer">A pooled buffer.</param>
/// <param name="Length">How much of it is used.</param>
/// <param name="Count">How many records.</param>
internal readonly record struct OtlpBatch(byte[] Buffer, int Length, int Count)
{
    /// <summary>The records, each with its field's tag and its length.</summary>
    public ReadOnlyMemory<byte> Records => Buffer.AsMemory(0, Length);
}
