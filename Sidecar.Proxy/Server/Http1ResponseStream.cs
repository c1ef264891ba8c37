using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Server;

/// <summary>The content of a response, for whoever writes to a stream: each write is sent.</summary>
/// <param name="response">The response.</param>
internal sealed class Http1ResponseStream(Http1Response response) : AsyncStream(Null)
{
    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await response.StartAsync(cancellationToken);
        response.Write(buffer.Span);
        await response.FlushAsync();
    }

    /// <inheritdoc />
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await response.StartAsync(cancellationToken);
        await response.FlushAsync();
    }
}
