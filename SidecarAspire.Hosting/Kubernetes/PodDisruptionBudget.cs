using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>While nodes are emptied one Pod may be missing; with a single replica a minimum would keep its node from ever being emptied.</summary>
internal sealed record PodDisruptionBudget(ObjectMeta Metadata, PodDisruptionBudget.BudgetSpec Spec) : KubernetesObject("policy/v1", "PodDisruptionBudget", Metadata)
{
    public static PodDisruptionBudget Of(SidecarApp app) => new(app.Metadata(), new(1, new LabelSelector(app.Selector)));

    internal sealed record BudgetSpec(int MaxUnavailable, LabelSelector Selector);
}
