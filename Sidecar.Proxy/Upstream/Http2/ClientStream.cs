using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Upstream.Http2;

/// <summary>The client's end as YARP sees it: bytes are counted, and each keeps the attempt alive.</summary>
/// <param name="inner">The server's stream.</param>
/// <param name="record">Takes the counts.</param>
/// <param name="deadline">How long the attempt may take, or null when it may take for ever.</param>
internal sealed class ClientStream(Stream inner, RequestRecord record, ForwardingDeadline? deadline) : AsyncStream(inner)
{
    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await base.ReadAsync(buffer, cancellationToken);
        record.BytesReceived += count;
        if (deadline is not null)
        {
            // A read into nothing only waits for data.
            deadline.IsRequestSent |= count == 0 && !buffer.IsEmpty;
            deadline.Progress();
        }

        return count;
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        record.BytesSent += buffer.Length;
        var writing = base.WriteAsync(buffer, cancellationToken);
        if (!writing.IsCompleted)
            deadline?.Pause();
        await writing;
        deadline?.Progress();
    }
}
