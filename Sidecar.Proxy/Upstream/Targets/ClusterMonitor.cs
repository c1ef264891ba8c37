using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Upstream.Health;

namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>Has clusters begin their work with the sidecar and with each configuration rather than with the first request, and says how many targets are in which state.</summary>
internal sealed class ClusterMonitor : SettingsFollower
{
    private readonly Clusters _clusters;

    /// <summary>Creates the instrument.</summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="meters">Where meters come from.</param>
    public ClusterMonitor(Clusters clusters, SidecarSettings settings, IMeterFactory meters)
        : base(settings)
    {
        _clusters = clusters;
        meters.Create(Instrumentation.Name)
            .CreateObservableUpDownCounter("sidecar.cluster.targets", () => clusters.All.SelectMany(Count), "{target}", "Targets of a cluster, by state.");
    }

    private static IEnumerable<Measurement<long>> Count(Cluster cluster) => TargetStates.All.Select(state => new Measurement<long>(
        cluster.Targets.Count(target => (target.Health?.State ?? TargetState.Healthy) == state),
        new("sidecar.cluster", cluster.Label),
        new("sidecar.target.state", state.Name())));

    /// <inheritdoc />
    protected override void Follow(SidecarOptions options) => _ = _clusters.Default;
}
