using System.Collections.Concurrent;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.Http2;

/// <summary>Has a client for each cluster of the configuration in force.</summary>
/// <param name="clusters">The clusters.</param>
/// <param name="credentials">What https targets are checked against, and shown.</param>
/// <param name="connections">Where connections are counted.</param>
/// <param name="time">The clock.</param>
internal sealed class Http2Clients(Clusters clusters, UpstreamCredentials credentials, Http2Connections connections, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Cluster, Http2Client> _clients = new();

    /// <summary>Takes the client for a request, which has to give it back by <see cref="Http2Client.Exit"/>.</summary>
    /// <param name="cluster">Where the request goes.</param>
    /// <returns>The client.</returns>
    public Http2Client Enter(Cluster cluster)
    {
        while (true)
        {
            if (!_clients.TryGetValue(cluster, out var client) || !IsInForce(client, cluster))
                client = Replace(cluster);
            if (client.TryEnter())
                return client;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private bool IsInForce(Http2Client client, Cluster cluster) => client.Tls == credentials.Current(cluster.Options);

    private Http2Client Replace(Cluster cluster)
    {
        lock (_lock)
        {
            if (_clients.TryGetValue(cluster, out var old) && IsInForce(old, cluster))
                return old;
            var client = _clients[cluster] = new Http2Client(cluster.Options, credentials.Current(cluster.Options), connections, time);
            old?.Exit();
            // Another configuration has other clusters; the clients of its predecessor's end with their last request.
            foreach (var (gone, _) in _clients)
            {
                if (gone != cluster && !clusters.All.Contains(gone) && _clients.TryRemove(gone, out var retired))
                    retired.Exit();
            }

            return client;
        }
    }
}
