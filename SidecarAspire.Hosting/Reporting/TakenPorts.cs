using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.Hosting.Reporting;

/// <summary>Finds fixed ports that the orchestrator is to listen on and that another process has; it does not say so itself.</summary>
internal static class TakenPorts
{
    /// <summary>The endpoints whose port is taken.</summary>
    public static IEnumerable<(IResource Resource, EndpointAnnotation Endpoint)> Of(DistributedApplicationModel model) =>
        from resource in model.Resources
        // A persistent container has its port since the last run.
        where resource.Annotations.OfType<ContainerLifetimeAnnotation>().All(lifetime => lifetime.Lifetime != ContainerLifetime.Persistent)
        from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
        where endpoint is { IsProxied: true, Protocol: ProtocolType.Tcp, Port: > 0 and <= IPEndPoint.MaxPort } && IsTaken(endpoint.Port.Value)
        select (resource, endpoint);

    /// <summary>What moves an endpoint of the dashboard's.</summary>
    public static string SettingOf(EndpointAnnotation endpoint) => endpoint.Name switch
    {
        "otlp-grpc" => "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL",
        "otlp-http" => "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL",
        _ => "ASPNETCORE_URLS",
    };

    private static bool IsTaken(int port) => IsTaken(IPAddress.Loopback, port) || (Socket.OSSupportsIPv6 && IsTaken(IPAddress.IPv6Loopback, port));

    private static bool IsTaken(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }
}
