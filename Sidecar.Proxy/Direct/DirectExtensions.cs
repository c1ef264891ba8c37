using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Listening;

namespace Sidecar.Proxy.Direct;

/// <summary>Adds the direct way.</summary>
internal static class DirectExtensions
{
    /// <summary>Adds what decides who goes it.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddDirectPath(this IServiceCollection services) => services.AddSingleton<DirectPath>();

    /// <summary>Serves a connection's requests the direct way, as far as that goes.</summary>
    /// <param name="path">Who goes it.</param>
    /// <param name="connection">An HTTP/1 connection in cleartext, at the beginning of a request.</param>
    /// <param name="presence">Whether the client is there.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="time">The clock.</param>
    /// <returns>True when the connection goes on elsewhere, with what has been read and not been used; false when it is over.</returns>
    public static async Task<bool> ServeAsync(this DirectPath path, ConnectionContext connection, ClientPresence presence, LimitOptions limits, TimeProvider time)
    {
        using var direct = new DirectConnection(connection, presence, path, limits, time);
        return await direct.RunAsync();
    }
}
