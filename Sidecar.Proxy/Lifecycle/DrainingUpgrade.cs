using Microsoft.AspNetCore.Http.Features;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>A WebSocket upgrade (RFC 6455) whose stream takes its leave when a drain runs out of time.</summary>
/// <param name="inner">The server's own.</param>
/// <param name="farewell">Fires then.</param>
internal sealed class DrainingUpgrade(IHttpUpgradeFeature inner, CancellationToken farewell) : IHttpUpgradeFeature
{
    /// <inheritdoc />
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    /// <inheritdoc />
    public async Task<Stream> UpgradeAsync() => new WebSocketStream(await inner.UpgradeAsync(), farewell);
}
