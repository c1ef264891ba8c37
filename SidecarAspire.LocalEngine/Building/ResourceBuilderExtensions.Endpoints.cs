using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds an http endpoint.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port that others dial; any free one when not given.</param>
    /// <param name="targetPort">The port at which the resource itself listens; any free one when not given.</param>
    /// <param name="name">The endpoint's name; default <c>http</c>.</param>
    /// <param name="env">The variable that tells the resource the port at which to listen.</param>
    /// <param name="isProxied">Whether the orchestrator listens at <paramref name="port"/> and forwards; default true.</param>
    /// <exception cref="DistributedApplicationException">The resource has an endpoint of that name, or a port is not one.</exception>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null) where T : IResourceWithEndpoints =>
        builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Adds an https endpoint; see <see cref="WithHttpEndpoint"/>.</summary>
    public static IResourceBuilder<T> WithHttpsEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null) where T : IResourceWithEndpoints =>
        builder.WithEndpoint(port, targetPort, "https", name, env, isProxied);

    /// <summary>Adds an endpoint; see <see cref="WithHttpEndpoint"/>.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null, string? env = null, bool? isProxied = null, bool? isExternal = null, ProtocolType? protocol = null) where T : IResourceWithEndpoints
    {
        var owner = builder.Resource;
        var endpoint = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, transport: null, name, Valid(port), Valid(targetPort), isExternal, isProxied);
        if (Find(owner, endpoint.Name) is { } existing)
        {
            if (!existing.IsFromLaunchProfile)
            {
                throw new DistributedApplicationException($"Resource '{owner.Name}' has an endpoint '{endpoint.Name}' already; give the second one a name of its own.");
            }

            owner.Annotations.Remove(existing);
        }

        builder.WithAnnotation(endpoint);
        if (env is not null)
        {
            var reference = new EndpointReference(owner, endpoint);
            builder.WithAnnotation(new EndpointPortVariableAnnotation(endpoint.Name));
            builder.WithAnnotation(new EnvironmentCallbackAnnotation(context => context.EnvironmentVariables[env] = reference.Property(EndpointProperty.TargetPort)));
        }

        return builder;

        int? Valid(int? number) => number is null or (>= 1 and <= 65535)
            ? number
            : throw new DistributedApplicationException($"Port {number} of resource '{owner.Name}' is not a port; allowed is 1 to 65535.");
    }

    /// <summary>Changes an endpoint, which is added if the resource has none of that name.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback, bool createIfNotExists = true) where T : IResourceWithEndpoints
    {
        var endpoint = Find(builder.Resource, endpointName);
        if (endpoint is null && createIfNotExists)
        {
            endpoint = new EndpointAnnotation(ProtocolType.Tcp, name: endpointName);
            builder.WithAnnotation(endpoint);
        }

        if (endpoint is not null)
        {
            callback(endpoint);
        }

        return builder;
    }

    /// <summary>Makes the resource's http and https endpoints reachable from outside once published.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https"))
        {
            endpoint.IsExternal = true;
        }

        return builder;
    }

    /// <summary>An endpoint of the resource; it may be added later.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name) where T : IResourceWithEndpoints =>
        builder.Resource.GetEndpoint(name);

    private static EndpointAnnotation? Find(IResource owner, string name) =>
        owner.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase));
}
