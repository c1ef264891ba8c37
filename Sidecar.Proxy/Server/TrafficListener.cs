using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Sidecar.Proxy.Server;

/// <summary>
/// Closes the traffic port on its own. Kestrel stops all of its ports together, and the admin port has to answer until the last
/// request is done.
/// </summary>
public sealed class TrafficListener
{
    private readonly Lock _lock = new();
    private readonly List<IConnectionListener> _bound = [];

    /// <summary>Remembers a listener of the traffic's.</summary>
    public void Add(IConnectionListener listener)
    {
        lock (_lock)
            _bound.Add(listener);
    }

    /// <summary>Closes the traffic port; connections stay. Kestrel's accept loop ends as when it stops listening itself.</summary>
    /// <returns>When it is closed.</returns>
    public async Task CloseAsync(IServer server)
    {
        // The traffic port is the first that was configured; with localhost two sockets share it.
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } address)
            return;
        var port = BindingAddress.Parse(address).Port;
        IConnectionListener[] bound;
        lock (_lock)
            bound = [.. _bound.Where(listener => (listener.EndPoint as IPEndPoint)?.Port == port)];
        foreach (var listener in bound)
            await listener.UnbindAsync();
    }
}
