using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource's annotations say.</summary>
public static class ResourceExtensions
{
    /// <summary>The last annotation of a type, which is the one that counts.</summary>
    public static bool TryGetLastAnnotation<T>(this IResource resource, [NotNullWhen(true)] out T? annotation) where T : IResourceAnnotation
    {
        annotation = resource.Annotations.OfType<T>().LastOrDefault();
        return annotation is not null;
    }

    /// <summary>All annotations of a type.</summary>
    public static bool TryGetAnnotationsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result) where T : IResourceAnnotation
    {
        var found = resource.Annotations.OfType<T>().ToArray();
        result = found.Length == 0 ? null : found;
        return result is not null;
    }

    /// <summary>Whether there is an annotation of a type.</summary>
    public static bool HasAnnotationOfType<T>(this IResource resource) where T : IResourceAnnotation => resource.Annotations.OfType<T>().Any();

    /// <summary>The endpoints of a resource.</summary>
    public static bool TryGetEndpoints(this IResource resource, [NotNullWhen(true)] out IEnumerable<EndpointAnnotation>? endpoints) =>
        resource.TryGetAnnotationsOfType(out endpoints);

    /// <summary>An endpoint of a resource; it may be added later.</summary>
    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) => new(resource, endpointName);

    /// <summary>All endpoints of a resource.</summary>
    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource) =>
        resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => new EndpointReference(resource, endpoint));

    /// <summary>The endpoints as they are published. Ask once for each resource, with one allocator: each time, ports are given anew.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="portAllocator">Gives ports where AppHost.cs says none; default one from 8000 on.</param>
    public static IReadOnlyList<ResolvedEndpoint> ResolveEndpoints(this IResource resource, IPortAllocator? portAllocator = null)
    {
        var resolution = new EndpointResolution(resource, portAllocator ?? new PortAllocator());
        return [.. resource.Annotations.OfType<EndpointAnnotation>().Select(resolution.Resolve)];
    }

    /// <summary>The name of a container's image with registry and tag or digest; of one that is built, the name it is built under.</summary>
    public static bool TryGetContainerImageName(this IResource resource, [NotNullWhen(true)] out string? imageName) =>
        resource.TryGetContainerImageName(useBuiltImage: true, out imageName);

    /// <summary>The name of a container's image with registry and tag or digest.</summary>
    /// <param name="resource">The container.</param>
    /// <param name="useBuiltImage">Whether the name under which an image is built goes before that of <see cref="ContainerImageAnnotation"/>.</param>
    /// <param name="imageName">The name; null when there is none.</param>
    public static bool TryGetContainerImageName(this IResource resource, bool useBuiltImage, [NotNullWhen(true)] out string? imageName)
    {
        if (useBuiltImage && resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build) && !string.IsNullOrEmpty(build.ImageName))
        {
            imageName = build.ImageName + Suffix(":", build.ImageTag);
            return true;
        }

        imageName = resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image)
            ? (string.IsNullOrEmpty(image.Registry) ? string.Empty : $"{image.Registry}/") + image.Image + Suffix("@sha256:", image.SHA256) + Suffix(":", image.Tag)
            : null;
        return imageName is not null;

        static string Suffix(string mark, string? text) => string.IsNullOrEmpty(text) ? string.Empty : mark + text;
    }
}
