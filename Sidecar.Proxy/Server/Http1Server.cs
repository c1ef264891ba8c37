using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Server.Listening;

namespace Sidecar.Proxy.Server;

/// <summary>Serves HTTP/1.x on the traffic port: reads requests from a connection, has the pipeline answer them, and writes the responses.</summary>
/// <param name="scopes">Where a request's services come from.</param>
/// <param name="time">The clock.</param>
internal sealed class Http1Server(IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>What answers a request.</summary>
    public RequestHandler Pipeline { get; set; } = static _ => default;

    /// <summary>Where a request's services come from.</summary>
    public IServiceScopeFactory Scopes => scopes;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>The Date header for responses that have none.</summary>
    public DateLine Date { get; } = new();

    /// <summary>Serves a connection to its end.</summary>
    /// <param name="connection">The connection; its first bytes are not those of HTTP/2.</param>
    /// <param name="presence">Whether the client is there.</param>
    /// <param name="limits">What the client may do.</param>
    /// <returns>When the connection is over.</returns>
    public async Task ServeAsync(ConnectionContext connection, ClientPresence presence, LimitOptions limits)
    {
        using var http1 = new Http1Connection(connection, presence, this, limits);
        await http1.RunAsync();
    }
}
