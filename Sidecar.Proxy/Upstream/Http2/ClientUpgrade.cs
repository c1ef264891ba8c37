namespace Sidecar.Proxy.Upstream.Http2;

/// <summary>A WebSocket as YARP accepts it, over HTTP/1.1 or HTTP/2: told of as upgraded, counted, and without a deadline.</summary>
/// <param name="context">The request.</param>
/// <param name="record">Its telemetry.</param>
/// <param name="deadline">How long the attempt may take until then.</param>
internal sealed class ClientUpgrade(HttpContext context, RequestRecord record, ForwardingDeadline deadline) : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    private readonly IHttpUpgradeFeature? _upgrade = context.Features.Get<IHttpUpgradeFeature>();
    private readonly IHttpExtendedConnectFeature? _connect = context.Features.Get<IHttpExtendedConnectFeature>();

    /// <inheritdoc />
    public bool IsUpgradableRequest => _upgrade?.IsUpgradableRequest == true;

    /// <inheritdoc />
    public bool IsExtendedConnect => _connect?.IsExtendedConnect == true;

    /// <inheritdoc />
    public string? Protocol => _connect?.Protocol;

    /// <summary>Stands in for the server's own features.</summary>
    public void Install()
    {
        if (_upgrade is not null)
            context.Features.Set<IHttpUpgradeFeature>(this);
        if (_connect is not null)
            context.Features.Set<IHttpExtendedConnectFeature>(this);
    }

    /// <summary>Gives the server its features back.</summary>
    public void Remove()
    {
        context.Features.Set(_upgrade);
        context.Features.Set(_connect);
    }

    /// <inheritdoc />
    public async Task<Stream> UpgradeAsync()
    {
        return Follow(await _upgrade!.UpgradeAsync());
    }

    /// <inheritdoc />
    public async ValueTask<Stream> AcceptAsync() => Follow(await _connect!.AcceptAsync());

    private ClientStream Follow(Stream stream)
    {
        record.IsUpgraded = true;
        deadline.Pause();
        return new ClientStream(stream, record, deadline: null);
    }
}
