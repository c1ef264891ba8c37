using Sidecar.Proxy.Upstream.Discovery;
using Sidecar.Proxy.Upstream.Health;

namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>What clusters need that have more configured than where their targets are.</summary>
/// <param name="Clusters">The other clusters.</param>
/// <param name="Settings">The configuration.</param>
/// <param name="Time">The clock.</param>
/// <param name="Events">Who is told of what happens to targets.</param>
/// <param name="Probe">Who asks targets how they are.</param>
/// <param name="Resolver">Who asks DNS.</param>
internal sealed record ClusterServices(Clusters Clusters, SidecarSettings Settings, TimeProvider Time, TargetEvents Events, TargetProbe Probe, TargetResolver Resolver);
