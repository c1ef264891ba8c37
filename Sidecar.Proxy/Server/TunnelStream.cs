using System.IO.Pipelines;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Server;

/// <summary>A connection that no longer speaks HTTP.</summary>
/// <param name="transport">Its bytes.</param>
/// <param name="presence">Whether the client is there.</param>
internal sealed class TunnelStream(IDuplexPipe transport, ClientPresence presence) : AsyncStream(Null)
{
    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await transport.Input.ReadAsync(cancellationToken);
            var count = (int)Math.Min(read.Buffer.Length, buffer.Length);
            read.Buffer.Slice(0, count).CopyTo(buffer.Span);
            transport.Input.AdvanceTo(read.Buffer.GetPosition(count));
            presence.Received();
            // A drain ends the wait, too, and means idle connections.
            if (count > 0 || read.IsCompleted || buffer.IsEmpty)
                return count;
        }
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        presence.Sending();
        try
        {
            var result = await transport.Output.WriteAsync(buffer, cancellationToken);
            if (result.IsCompleted)
                throw new IOException("the client closed the connection");
        }
        finally
        {
            presence.Sent();
        }
    }

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
