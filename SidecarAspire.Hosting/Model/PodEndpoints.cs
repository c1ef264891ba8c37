using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.Hosting.Model;

/// <summary>The ports of the two containers, which share one network namespace.</summary>
internal sealed class PodEndpoints
{
    private const int DefaultAppPort = 3000;
    private const int DefaultSidecarPort = 8080;
    // Unprivileged: neither container may bind a port below.
    private const int LowestPort = 1024;
    private readonly List<(string Resource, string Endpoint, int Port)> _ports = [];

    public PodEndpoints(SidecarPair pair, SidecarKubernetesOptions options)
    {
        var app = pair.App.Annotations.OfType<EndpointAnnotation>().ToArray();
        var main = Array.Find(app, endpoint => Is(endpoint.Name, pair.EndpointName))
            ?? throw new DistributedApplicationException($"The sidecar of '{pair.App.Name}' forwards to its endpoint '{pair.EndpointName}', which it does not have.");
        var sidecar = pair.Sidecar.Annotations.OfType<EndpointAnnotation>().ToArray();
        var traffic = Array.Find(sidecar, endpoint => !Is(endpoint.Name, SidecarResourceBuilderExtensions.AdminEndpoint))
            ?? throw new DistributedApplicationException($"The sidecar '{pair.Sidecar.Name}' has no endpoint for the traffic: add WithHttpEndpoint(env: \"PORT\").");
        App = Add(pair.App, main.Name, options.AppPort ?? main.TargetPort ?? DefaultAppPort);
        Traffic = Add(pair.Sidecar, traffic.Name, options.SidecarPort ?? traffic.TargetPort ?? DefaultSidecarPort);
        Admin = Add(pair.Sidecar, SidecarResourceBuilderExtensions.AdminEndpoint, options.AdminPort);
        AddOthers(pair.App, app, App + 1);
        AddOthers(pair.Sidecar, sidecar, Traffic + 1);
        foreach (var (resource, endpoint, port) in _ports)
        {
            if (port is < LowestPort or > 65535)
            {
                throw new DistributedApplicationException(string.Create(CultureInfo.InvariantCulture,
                    $"Port {port} of endpoint '{endpoint}' of '{resource}' cannot be had in a Pod without privileges; allowed is {LowestPort} to 65535."));
            }
        }

        if (_ports.GroupBy(port => port.Port).FirstOrDefault(same => same.Count() > 1) is { } clash)
        {
            var names = string.Join(" and ", clash.Select(port => $"'{port.Endpoint}' of '{port.Resource}'"));
            throw new DistributedApplicationException(string.Create(CultureInfo.InvariantCulture,
                $"Endpoints {names} would both listen on port {clash.Key} of the Pod; set AppPort, SidecarPort or AdminPort."));
        }
    }

    /// <summary>Where the application listens.</summary>
    public int App { get; }

    /// <summary>Where the sidecar takes the traffic.</summary>
    public int Traffic { get; }

    /// <summary>Where the sidecar is probed and scraped.</summary>
    public int Admin { get; }

    /// <summary>The port of an endpoint; null when it is not one of this Pod's.</summary>
    public int? Find(string resource, string endpoint) =>
        _ports.Where(port => port.Resource == resource && Is(port.Endpoint, endpoint)).Select(port => (int?)port.Port).FirstOrDefault();

    // Aspire compares names of endpoints without regard to case.
    private static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private int Add(IResource resource, string endpoint, int port)
    {
        _ports.Add((resource.Name, endpoint, port));
        return port;
    }

    private void AddOthers(IResource resource, IEnumerable<EndpointAnnotation> endpoints, int next)
    {
        foreach (var endpoint in endpoints.Where(endpoint => Find(resource.Name, endpoint.Name) is null))
        {
            while (_ports.Exists(port => port.Port == next))
            {
                next++;
            }

            Add(resource, endpoint.Name, endpoint.TargetPort ?? next);
        }
    }
}
