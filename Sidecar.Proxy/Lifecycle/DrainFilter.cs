using Microsoft.AspNetCore.Connections.Features;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Moves clients away while requests are still served: the response says <c>Connection: close</c>, or GOAWAY on HTTP/2. A connection that
/// ends with a response, and not on the client's next request, loses nothing. WebSockets are told when their time is up.
/// </summary>
/// <param name="drain">Whether the sidecar drains.</param>
internal sealed class DrainFilter(Drain drain) : IRequestFilter
{
    private const string WebSocket = "websocket";

    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options) => context =>
    {
        var features = context.Features;
        if (drain.IsDraining)
            features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        if (features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade && IsWebSocket(context.Request.Headers.Upgrade))
            features.Set<IHttpUpgradeFeature>(new DrainingUpgrade(upgrade, drain.Farewell));
        else if (features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect && IsWebSocket(connect.Protocol))
            features.Set<IHttpExtendedConnectFeature>(new DrainingConnect(connect, drain.Farewell));
        return next(context);
    };

    private static bool IsWebSocket(string? protocol) => WebSocket.Equals(protocol, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A WebSocket upgrade (RFC 6455) whose stream takes its leave when a drain runs out of time.</summary>
internal sealed class DrainingUpgrade(IHttpUpgradeFeature inner, CancellationToken farewell) : IHttpUpgradeFeature
{
    /// <inheritdoc />
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    /// <inheritdoc />
    public async Task<Stream> UpgradeAsync() => new WebSocketStream(await inner.UpgradeAsync(), farewell);
}

/// <summary>A WebSocket over HTTP/2 (RFC 8441) whose stream takes its leave when a drain runs out of time.</summary>
internal sealed class DrainingConnect(IHttpExtendedConnectFeature inner, CancellationToken farewell) : IHttpExtendedConnectFeature
{
    /// <inheritdoc />
    public bool IsExtendedConnect => inner.IsExtendedConnect;

    /// <inheritdoc />
    public string? Protocol => inner.Protocol;

    /// <inheritdoc />
    public async ValueTask<Stream> AcceptAsync() => new WebSocketStream(await inner.AcceptAsync(), farewell);
}
