using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dcp;

/// <summary>Gives every endpoint an address.</summary>
internal sealed class EndpointAllocator(LocalPorts ports, EngineOptions options, TimeProvider time)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>The name of the orchestrator's object for a proxied endpoint.</summary>
    public static string ServiceName(IResource resource, EndpointAnnotation endpoint) => $"{resource.Name}-{endpoint.Name}".ToLowerInvariant();

    /// <summary>The port at which others will dial an endpoint, when AppHost.cs fixes it.</summary>
    public int? FixedPort(EndpointAnnotation endpoint) =>
        options.RandomizePorts ? null : endpoint.IsProxied ? endpoint.Port : endpoint.TargetPort ?? endpoint.Port;

    /// <summary>Allocates the endpoints of resources; those that are proxied by the orchestrator are asked of it.</summary>
    /// <exception cref="DistributedApplicationException">The orchestrator does not give them, or answers no longer.</exception>
    public async Task AllocateAsync(IEnumerable<IResource> resources, DcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await AllocateCoreAsync(resources, client, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new DistributedApplicationException($"The orchestrator (DCP) failed while the application was started: {e.Message}", e);
        }
    }

    private async Task AllocateCoreAsync(IEnumerable<IResource> resources, DcpClient client, CancellationToken cancellationToken)
    {
        var proxied = new List<(IResource Resource, EndpointAnnotation Endpoint)>();
        foreach (var resource in resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.AllocatedEndpoint is null))
            {
                if (endpoint.IsProxied)
                {
                    proxied.Add((resource, endpoint));
                }
                else
                {
                    var port = FixedPort(endpoint) ?? ports.Next();
                    endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, port, port.ToString(CultureInfo.InvariantCulture));
                }
            }
        }

        foreach (var (resource, endpoint) in proxied)
        {
            await client.CreateAsync(ToService(resource, endpoint), cancellationToken).ConfigureAwait(false);
        }

        foreach (var (resource, endpoint) in proxied)
        {
            var port = await WaitForPortAsync(resource, endpoint, client, cancellationToken).ConfigureAwait(false);
            var target = endpoint.TargetPort?.ToString(CultureInfo.InvariantCulture) ?? $$$"""{{- portForServing "{{{ServiceName(resource, endpoint)}}}" -}}""";
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, port, target);
        }
    }

    internal DcpService ToService(IResource resource, EndpointAnnotation endpoint) => new()
    {
        Metadata = new DcpMetadata { Name = ServiceName(resource, endpoint) },
        Spec = new DcpServiceSpec { Protocol = "TCP", AddressAllocationMode = "Localhost", Port = FixedPort(endpoint) },
    };

    private async Task<int> WaitForPortAsync(IResource resource, EndpointAnnotation endpoint, DcpClient client, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < s_deadline)
        {
            var service = await client.GetServiceAsync(ServiceName(resource, endpoint), cancellationToken).ConfigureAwait(false);
            if (service.Status?.EffectivePort is > 0 and var port)
            {
                return port;
            }

            await Task.Delay(s_pollInterval, time, cancellationToken).ConfigureAwait(false);
        }

        throw new DistributedApplicationException($"The orchestrator gave endpoint '{endpoint.Name}' of resource '{resource.Name}' no port within {s_deadline.TotalSeconds:0} seconds.");
    }
}
