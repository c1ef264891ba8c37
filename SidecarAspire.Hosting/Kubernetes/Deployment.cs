using System.Globalization;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The Pods and how they are replaced.</summary>
internal sealed record Deployment(ObjectMeta Metadata, Deployment.DeploymentSpec Spec) : KubernetesObject("apps/v1", "Deployment", Metadata)
{
    // 0444: who reads the configuration is not who owns it.
    private const int ReadOnlyMode = 292;
    private const string ScratchSize = "64Mi";

    public static Deployment Of(SidecarApp app)
    {
        var options = app.Options;
        // With an autoscaler the number is its own: written here, every `kubectl apply` would undo what it did.
        int? replicas = options.Autoscaling.Enabled ? null : options.Replicas;
        var template = new PodTemplate(new ObjectMeta(Labels: app.Labels, Annotations: Annotations(app)), Pod(app));
        return new(app.Metadata(), new(replicas, new LabelSelector(app.Selector), new(), template));
    }

    private static SortedDictionary<string, string> Annotations(SidecarApp app)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["kubectl.kubernetes.io/default-container"] = Container.AppName };
        if (app.Options.PrometheusAnnotations)
        {
            annotations["prometheus.io/path"] = "/metrics";
            annotations["prometheus.io/port"] = app.Endpoints.Admin.ToString(CultureInfo.InvariantCulture);
            annotations["prometheus.io/scrape"] = "true";
        }

        return annotations;
    }

    private static PodSpec Pod(SidecarApp app)
    {
        var options = app.Options;
        var isNative = app.Mode == SidecarMode.Native;
        var sidecar = PodContainers.Sidecar(app);
        var application = PodContainers.App(app);
        return new()
        {
            ServiceAccountName = app.ServiceAccountName,
            TerminationGracePeriodSeconds = (long)Math.Ceiling(app.Termination.GracePeriod.TotalSeconds),
            SecurityContext = new(),
            ImagePullSecrets = options.PullSecrets.Count == 0 ? null : [.. options.PullSecrets.Select(name => new PodSpec.LocalObjectReference(name))],
            TopologySpreadConstraints = options.TopologySpread
                ? [Spread("kubernetes.io/hostname"), Spread("topology.kubernetes.io/zone")]
                : null,
            InitContainers = isNative ? [sidecar] : null,
            Containers = isNative ? [application] : [application, sidecar],
            Volumes =
            [
                new(PodContainers.ConfigurationVolume, ConfigMap: new(app.ConfigMapName, ReadOnlyMode)),
                new(PodContainers.AppScratchVolume, EmptyDir: new(ScratchSize)),
                new(PodContainers.SidecarScratchVolume, EmptyDir: new(ScratchSize)),
            ],
        };

        PodSpec.Spread Spread(string key) => new(key, new LabelSelector(app.Selector));
    }

    internal sealed record DeploymentSpec(int? Replicas, LabelSelector Selector, Strategy Strategy, PodTemplate Template);

    /// <summary>A new Pod is ready before an old one goes.</summary>
    internal sealed record Strategy
    {
        public string Type { get; } = "RollingUpdate";

        public Rolling RollingUpdate { get; } = new(MaxSurge: 1, MaxUnavailable: 0);
    }

    internal sealed record Rolling(int MaxSurge, int MaxUnavailable);

    internal sealed record PodTemplate(ObjectMeta Metadata, PodSpec Spec);
}
