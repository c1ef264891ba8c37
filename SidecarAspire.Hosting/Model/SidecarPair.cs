using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.Hosting.Model;

/// <summary>An application and its sidecar, as AppHost.cs describes them.</summary>
/// <param name="App">The application.</param>
/// <param name="Sidecar">The sidecar.</param>
/// <param name="EndpointName">The endpoint of the application's to which the sidecar forwards.</param>
internal sealed record SidecarPair(IResource App, IResource Sidecar, string EndpointName)
{
    /// <summary>All pairs of a model, by the applications' names.</summary>
    /// <exception cref="DistributedApplicationException">There is none, or an application has two sidecars.</exception>
    public static IReadOnlyList<SidecarPair> Of(DistributedApplicationModel model)
    {
        var pairs = model.Resources
            .SelectMany(sidecar => sidecar.Annotations.OfType<SidecarAnnotation>().Select(sidecarOf => new SidecarPair(Current(model, sidecarOf.App), sidecar, sidecarOf.EndpointName)))
            .OrderBy(pair => pair.App.Name, StringComparer.Ordinal)
            .ToArray();
        if (pairs.Length == 0)
        {
            throw new DistributedApplicationException("There is no application with a sidecar to publish: add app.WithSidecar(proxy).");
        }

        if (pairs.GroupBy(pair => pair.App.Name).FirstOrDefault(group => group.Count() > 1)?.ToArray() is [var first, var second, ..])
        {
            throw new DistributedApplicationException($"'{first.Sidecar.Name}' and '{second.Sidecar.Name}' are both sidecars of '{first.App.Name}' and would listen on one port; a Pod has one sidecar.");
        }

        return pairs;
    }

    // While publishing, Aspire puts a container in the place of a program, under the same name.
    private static IResource Current(DistributedApplicationModel model, IResource app) => model.Resources.FirstOrDefault(resource => resource.Name == app.Name) ?? app;
}
