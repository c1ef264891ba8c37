using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Sidecar.Proxy.Transport;

/// <summary>Adds what carries bytes.</summary>
internal static class TransportExtensions
{
    /// <summary>Adds the traffic's transport, and .NET's sockets for the sidecar's own port.</summary>
    /// <param name="services">The services.</param>
    /// <param name="hasLoops">Whether the traffic may run on event loops, which only Linux has.</param>
    /// <param name="loops">How many there are, or null for as many as the process may use processors.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddTransport(this IServiceCollection services, bool hasLoops, int? loops)
    {
        services.AddSingleton<SocketTransportFactory>().AddSingleton<SocketTransport>();
        if (!hasLoops || !OperatingSystem.IsLinux())
            return services.AddSingleton<ITransport>(static services => services.GetRequiredService<SocketTransport>());
        return services.AddSingleton(_ => EventLoops.Of(loops ?? Environment.ProcessorCount)).AddSingleton<ITransport, LoopTransport>();
    }
}
