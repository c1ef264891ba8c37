using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Forwarding.Http2;

/// <summary>Has a client for the configuration in force.</summary>
/// <param name="settings">The configuration.</param>
/// <param name="authority">What https targets are checked against.</param>
/// <param name="connections">Where connections are counted.</param>
internal sealed class Http2Clients(SidecarSettings settings, UpstreamAuthority authority, Http2Connections connections) : IDisposable
{
    private readonly Lock _lock = new();
    private volatile Http2Client? _current;

    /// <summary>Takes the client for a request, which has to give it back by <see cref="Http2Client.Exit"/>.</summary>
    /// <returns>The client.</returns>
    public Http2Client Enter()
    {
        while (true)
        {
            var client = _current;
            if (client is null || !IsInForce(client))
                client = Replace();
            if (client.TryEnter())
                return client;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _current?.Dispose();

    private bool IsInForce(Http2Client client)
    {
        var options = settings.Current.Upstream;
        return ReferenceEquals(client.Options, options) && ReferenceEquals(client.Authorities, authority.Current(options));
    }

    private Http2Client Replace()
    {
        lock (_lock)
        {
            if (_current is { } other && IsInForce(other))
                return other;
            var options = settings.Current.Upstream;
            var (old, client) = (_current, new Http2Client(options, authority.Current(options), connections));
            _current = client;
            old?.Exit();
            return client;
        }
    }
}
