using SidecarAspire.Hosting.Kubernetes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.GatewayApi;

/// <summary>Which requests a Gateway sends to the Service.</summary>
internal sealed record HttpRoute(ObjectMeta Metadata, HttpRoute.RouteSpec Spec) : KubernetesObject("gateway.networking.k8s.io/v1", "HTTPRoute", Metadata)
{
    public static HttpRoute Of(SidecarApp app)
    {
        var gateway = app.Options.GatewayApi;
        return new(app.Metadata(), new(
            [new(gateway.Name, gateway.Namespace, gateway.SectionName)],
            gateway.Hostnames.Count == 0 ? null : [.. gateway.Hostnames],
            [new([new(app.Name, app.Options.ServicePort)])]));
    }

    internal sealed record RouteSpec(IReadOnlyList<Parent> ParentRefs, IReadOnlyList<string>? Hostnames, IReadOnlyList<Rule> Rules);

    internal sealed record Parent(string Name, string? Namespace, string? SectionName);

    internal sealed record Rule(IReadOnlyList<Backend> BackendRefs);

    internal sealed record Backend(string Name, int Port);
}
