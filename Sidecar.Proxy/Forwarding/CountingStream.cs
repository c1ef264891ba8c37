namespace Sidecar.Proxy.Forwarding;

/// <summary>Counts the bytes that pass.</summary>
/// <param name="inner">The stream.</param>
/// <param name="count">Takes each count.</param>
internal sealed class CountingStream(Stream inner, Action<int> count) : AsyncStream(inner)
{
    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken);
        count(read);
        return read;
    }

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        count(buffer.Length);
        return base.WriteAsync(buffer, cancellationToken);
    }
}
