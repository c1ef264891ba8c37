using SidecarAspire.Hosting.Kubernetes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Helm;

/// <summary>What is shown after an installation.</summary>
internal static class ChartNotes
{
    private const string Kubectl = "kubectl --namespace {{ .Release.Namespace }}";

    public static string Of(SidecarApp app) =>
        $$$"""
        {{{app.Name}}} and its sidecar are on their way:

          {{{Kubectl}}} rollout status deployment/{{{app.Name}}}

        Every request is a line of the sidecar's log:

          {{{Kubectl}}} logs deployment/{{{app.Name}}} -c {{{Container.SidecarName}}}

        The address:

          {{{Kubectl}}} get service {{{app.Name}}}

        """;
}
