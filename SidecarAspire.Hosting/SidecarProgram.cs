using System.Reflection;
using Aspire.Hosting;

namespace SidecarAspire.Hosting;

/// <summary>The sidecar's program and image, both of this package's version.</summary>
internal static class SidecarProgram
{
    /// <summary>The image's name, without a registry.</summary>
    public const string Image = "sidecar-proxy";

    private const string MetadataKey = "sidecarproxypath";

    /// <summary>The version of the package, the program and the image.</summary>
    public static string Version { get; } =
        typeof(SidecarProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Finds the program that the package carries; its build files write the path into the app host's assembly.</summary>
    /// <exception cref="DistributedApplicationException">There is none.</exception>
    public static string PathFor(Assembly? appHost)
    {
        var path = appHost?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(metadata => metadata.Key == MetadataKey)?.Value;
        if (string.IsNullOrEmpty(path))
        {
            throw new DistributedApplicationException(
                $"WithSidecar() finds no sidecar to run: '{appHost?.GetName().Name}' needs the package SidecarAspire.Hosting, or the path of Sidecar.Proxy.dll as the property SidecarProxyPath of its project.");
        }

        return File.Exists(path) ? path : throw new DistributedApplicationException(
            $"WithSidecar() finds no sidecar to run: '{path}' was there when '{appHost!.GetName().Name}' was built and is gone; restore and build it again.");
    }
}
