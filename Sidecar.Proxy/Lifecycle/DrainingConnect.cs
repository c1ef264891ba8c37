using Microsoft.AspNetCore.Http.Features;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>A WebSocket over HTTP/2 (RFC 8441) whose stream takes its leave when a drain runs out of time.</summary>
/// <param name="inner">The server's own.</param>
/// <param name="farewell">Fires then.</param>
internal sealed class DrainingConnect(IHttpExtendedConnectFeature inner, CancellationToken farewell) : IHttpExtendedConnectFeature
{
    /// <inheritdoc />
    public bool IsExtendedConnect => inner.IsExtendedConnect;

    /// <inheritdoc />
    public string? Protocol => inner.Protocol;

    /// <inheritdoc />
    public async ValueTask<Stream> AcceptAsync() => new WebSocketStream(await inner.AcceptAsync(), farewell);
}
