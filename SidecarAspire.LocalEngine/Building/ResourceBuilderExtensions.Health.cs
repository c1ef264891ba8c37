using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Counts the resource as healthy only while a registered health check passes.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key) where T : IResource =>
        builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(a => a.Key == key)
            ? throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' already has a health check with key '{key}'.")
            : builder.WithAnnotation(new HealthCheckAnnotation(key));

    /// <summary>Counts the resource as healthy only while a GET is answered with a status.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="path">The path; default <c>/</c>.</param>
    /// <param name="statusCode">The status; default 200.</param>
    /// <param name="endpointName">The endpoint; default the first http or https one.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null) where T : IResourceWithEndpoints
    {
        var name = endpointName ?? builder.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.UriScheme is "http" or "https")?.Name ?? "http";
        var (wantedPath, wantedStatus) = (path ?? "/", statusCode ?? 200);
        var key = $"{builder.Resource.Name}_{name}_{wantedPath}_{wantedStatus}_check";
        var endpoint = builder.Resource.GetEndpoint(name);
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key, _ => new EndpointHealthCheck(endpoint, wantedPath, wantedStatus), failureStatus: null, tags: null));
        return builder.WithHealthCheck(key).WithAnnotation(new EndpointUseAnnotation(endpoint));
    }
}
