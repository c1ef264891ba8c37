namespace Aspire.Hosting.ApplicationModel;

/// <summary>Picks the ports of published endpoints as Aspire does.</summary>
/// <param name="resource">Whose endpoints they are.</param>
/// <param name="ports">Gives ports where AppHost.cs says none.</param>
internal sealed class EndpointResolution(IResource resource, IPortAllocator ports)
{
    private readonly HashSet<string> _schemes = [];

    public ResolvedEndpoint Resolve(EndpointAnnotation endpoint)
    {
        var target = TargetPort(endpoint);
        var exposed = ExposedPort(endpoint, target);
        foreach (var port in new[] { target.Value, exposed.Value }.OfType<int>())
        {
            ports.AddUsedPort(port);
        }

        return new ResolvedEndpoint { Endpoint = endpoint, TargetPort = target, ExposedPort = exposed };
    }

    private ResolvedPort TargetPort(EndpointAnnotation endpoint)
    {
        // The tool that deploys a project knows at which port its image listens, for the first endpoint of a scheme.
        var isProjectsOwn = resource is ProjectResource && endpoint.UriScheme is "http" or "https" && _schemes.Add(endpoint.UriScheme);
        return Known(endpoint.TargetPort) is { } said ? ResolvedPort.Explicit(said)
            : resource is ContainerResource && Known(endpoint.Port) is { } dialled ? ResolvedPort.Implicit(dialled)
            : isProjectsOwn ? ResolvedPort.None()
            : ResolvedPort.Allocated(ports.AllocatePort());
    }

    private ResolvedPort ExposedPort(EndpointAnnotation endpoint, ResolvedPort target) =>
        Known(endpoint.Port) is { } said ? ResolvedPort.Explicit(said)
        : target.Value is { } listening ? ResolvedPort.Implicit(listening)
        : endpoint.UriScheme is "http" or "https" ? ResolvedPort.None()
        : ResolvedPort.Allocated(ports.AllocatePort());

    // 0 says "any", as null does.
    private static int? Known(int? port) => port is 0 ? null : port;
}
