using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;

namespace Sidecar.Proxy.Traffic;

/// <summary>Targets that answer alike, and how they are reached. Lives as long as its options stay the same.</summary>
public sealed class Cluster
{
    private uint _turn;

    /// <summary>Makes the targets.</summary>
    /// <param name="name">What routes call it, or null for the application behind the sidecar.</param>
    /// <param name="options">How they are reached.</param>
    public Cluster(string? name, UpstreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        (Name, Options) = (name, options);
        Targets = [.. options.Targets.Select(url => new Target(this, url))];
    }

    /// <summary>What routes call it, or null for the application behind the sidecar.</summary>
    public string? Name { get; }

    /// <summary>How its targets are reached.</summary>
    public UpstreamOptions Options { get; }

    /// <summary>All targets.</summary>
    public IReadOnlyList<Target> Targets { get; }

    /// <summary>Whether there is nothing to choose: one target, whatever happens.</summary>
    public bool IsSingle => Targets.Count == 1;

    /// <summary>Chooses the target of an attempt.</summary>
    /// <param name="context">The request.</param>
    /// <param name="last">The target of the attempt before this one, which another is preferred to; null for the first.</param>
    /// <returns>A target, or null when there is none that may be used.</returns>
    public Target? Pick(HttpContext context, Target? last)
    {
        var targets = Targets;
        if (targets.Count == 1)
            return targets[0];
        for (var i = 0; i < targets.Count; i++)
        {
            var target = targets[(int)(Interlocked.Increment(ref _turn) % (uint)targets.Count)];
            if (target != last)
                return target;
        }

        return targets[0];
    }

    /// <summary>Answers a request for which there is no target.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When the answer is written.</returns>
    public Task RefuseAsync(HttpContext context) => context.FailAsync(ProxyError.DestinationUnavailable, header: ("Retry-After", "1"));
}
