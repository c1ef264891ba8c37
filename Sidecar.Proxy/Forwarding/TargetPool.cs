using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Forwarding;

/// <summary>The targets of the configuration in force, handed out in turn.</summary>
/// <param name="settings">The configuration.</param>
public sealed class TargetPool(SidecarSettings settings)
{
    private volatile Generation _generation = new(settings.Current.Upstream);
    private uint _turn;

    /// <summary>All targets.</summary>
    public IReadOnlyList<Target> Targets => Refresh().Targets;

    /// <summary>The next target, round robin.</summary>
    /// <returns>A target.</returns>
    public Target Next()
    {
        var targets = Refresh().Targets;
        return targets.Length == 1 ? targets[0] : targets[(int)(Interlocked.Increment(ref _turn) % (uint)targets.Length)];
    }

    private Generation Refresh()
    {
        var generation = _generation;
        var upstream = settings.Current.Upstream;
        return ReferenceEquals(generation.Options, upstream) ? generation : _generation = new(upstream);
    }

    private sealed class Generation(UpstreamOptions options)
    {
        public UpstreamOptions Options { get; } = options;

        public Target[] Targets { get; } = [.. options.Targets.Select(url => new Target(url))];
    }
}
