using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The number of Pods follows the load.</summary>
internal sealed record HorizontalPodAutoscaler(ObjectMeta Metadata, HorizontalPodAutoscaler.AutoscalerSpec Spec)
    : KubernetesObject("autoscaling/v2", "HorizontalPodAutoscaler", Metadata)
{
    public static HorizontalPodAutoscaler Of(SidecarApp app)
    {
        var scaling = app.Options.Autoscaling;
        return new(app.Metadata(), new(
            new("apps/v1", "Deployment", app.Name),
            scaling.MinReplicas ?? app.Options.Replicas,
            scaling.MaxReplicas,
            [new("Resource", new("cpu", new("Utilization", scaling.CpuPercent)))]));
    }

    internal sealed record AutoscalerSpec(Target ScaleTargetRef, int MinReplicas, int MaxReplicas, IReadOnlyList<Metric> Metrics);

    internal sealed record Target(string ApiVersion, string Kind, string Name);

    internal sealed record Metric(string Type, ResourceMetric Resource);

    internal sealed record ResourceMetric(string Name, MetricTarget Target);

    internal sealed record MetricTarget(string Type, int AverageUtilization);
}
