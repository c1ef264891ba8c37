using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Upstream.Affinity;
using Sidecar.Proxy.Upstream.Health;
using Sidecar.Proxy.Upstream.LoadBalancing;

namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>Targets that response alike, and how they are reached. Lives as long as its options stay the same.</summary>
public sealed class Cluster
{
    private readonly ClusterServices? _services;
    private readonly Lock _ejecting = new();
    private readonly ILoadBalancingPolicy _policy;
    private readonly bool _isPlain;
    private readonly Cluster? _before;
    private volatile Target[] _targets;

    /// <summary>Makes the targets.</summary>
    /// <param name="name">What routes call it, or null for the application behind the sidecar.</param>
    /// <param name="options">How they are reached.</param>
    /// <param name="services">What finds out about their health and whereabouts; null when nobody does.</param>
    /// <param name="before">The cluster of this name in the configuration before, from which is taken what is known of targets.</param>
    internal Cluster(string? name, UpstreamOptions options, ClusterServices? services = null, Cluster? before = null)
    {
        (Name, Options, _services, _before, _targets) = (name, options, services, before, []);
        Affinity = options.Affinity is { } affinity ? new SessionAffinity(affinity, name) : null;
        _policy = LoadBalancingPolicies.Create(options.LoadBalancing, services?.Settings);
        _isPlain = options is { Affinity: null, OutlierDetection: null, CircuitBreaker: null, HealthChecks: null, Failover: null };
        var whereabouts = before is not null && before.IsFoundLike(options) ? before._targets.Select(target => target.Endpoint) : Configured(options);
        _targets = [.. whereabouts.Select(endpoint => new Target(this, endpoint))];
        _before = null;
    }

    /// <summary>What routes call it, or null for the application behind the sidecar.</summary>
    public string? Name { get; }

    /// <summary>How its targets are reached.</summary>
    public UpstreamOptions Options { get; }

    /// <summary>All targets, those among them that may not be used now. With discovery another list from time to time.</summary>
    public IReadOnlyList<Target> Targets => _targets;

    /// <summary>Its name in logs and metrics.</summary>
    internal string Label => Name ?? "upstream";

    /// <summary>Who keeps clients at their target, or null.</summary>
    internal SessionAffinity? Affinity { get; }

    /// <summary>Where the targets are as far as the configuration says.</summary>
    /// <returns>One endpoint a target.</returns>
    internal static IEnumerable<TargetEndpoint> Configured(UpstreamOptions options) =>
        options.Targets.Select(TargetUrl.Parse).Select(static target => new TargetEndpoint(target.Url, target.Weight, null));

    /// <summary>Chooses the target of an attempt.</summary>
    /// <param name="context">The request.</param>
    /// <param name="last">The target of the attempt before this one, which another is preferred to; null for the first.</param>
    /// <returns>A target, of another cluster if this one fails over to it; null when there is none that may be used.</returns>
    public Target? Pick(HttpContext context, Target? last)
    {
        var targets = _targets;
        if (_isPlain && targets.Length == 1)
            return targets[0];
        if (_isPlain && last is null && targets.Length > 0)
            return _policy.Pick(context, targets);
        var usable = ArrayPool<Target>.Shared.Rent(targets.Length);
        try
        {
            return Pick(context, last, targets, usable);
        }
        finally
        {
            ArrayPool<Target>.Shared.Return(usable, clearArray: true);
        }
    }

    /// <summary>Answers a request for which there is no target.</summary>
    /// <returns>When the response is written.</returns>
    public ValueTask RejectAsync(HttpContext context)
    {
        var targets = _targets;
        var seconds = targets.Min(static target => target.Health?.Remaining?.TotalSeconds) ?? 1;
        var states = targets.Where(static target => target.Health is not null).GroupBy(static target => target.Health!.State)
            .Select(static state => string.Create(CultureInfo.InvariantCulture, $"{state.Count()} {state.Key.Name()}"));
        var detail = targets.Length == 0 ? $"{Label} has no target" : $"no target of {Label} may be used: {string.Join(", ", states)}";
        return context.FailAsync(ProxyError.DestinationUnavailable, detail, ("Retry-After", Math.Max(1, (long)Math.Ceiling(seconds)).ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Puts other targets in place; one that stays is the same object.</summary>
    /// <returns>Whether that makes a difference.</returns>
    internal bool Update(IReadOnlyList<TargetEndpoint> endpoints)
    {
        var before = _targets;
        if (endpoints.SequenceEqual(before.Select(static target => target.Endpoint)))
            return false;
        _targets = [.. endpoints.Select(endpoint => before.FirstOrDefault(target => target.TryBecome(endpoint)) ?? new Target(this, endpoint))];
        foreach (var gone in before.Except(_targets))
            gone.Health?.Dispose();
        return true;
    }

    /// <summary>What is known of a target's health.</summary>
    /// <returns>Null when nothing would find out.</returns>
    internal TargetHealth? HealthOf(string url) => _services is null ? null : TargetHealth.Of(this, url, _services, _before);

    /// <summary>Ejects a target, unless more than a share of all would be ejected then.</summary>
    /// <param name="percent">The share.</param>
    /// <param name="eject">Marks it as ejected.</param>
    internal bool TryEject(int percent, Action eject)
    {
        lock (_ejecting)
        {
            var targets = _targets;
            if ((targets.Count(static target => target.Health is { IsEjected: true }) + 1) * 100 > targets.Length * percent)
                return false;
            eject();
            return true;
        }
    }

    private bool IsFoundLike(UpstreamOptions options) =>
        Options.Discovery is not null && Options.Discovery == options.Discovery && Options.Targets.SequenceEqual(options.Targets);

    private Target? Pick(HttpContext context, Target? last, Target[] all, Target[] usable)
    {
        var count = 0;
        foreach (var target in all)
        {
            if (target.IsUsable)
                usable[count++] = target;
        }

        if (Options.Failover is { } failover && count * 100 < failover.MinHealthyPercent * all.Length
            && _services?.Clusters.Find(failover.Cluster)?.Pick(context, last) is { } elsewhere)
            return elsewhere;
        var panics = Options.LoadBalancing?.PanicPercent is { } percent && count * 100 < percent * all.Length;
        if (panics)
            all.CopyTo(usable, 0);
        return Pick(context, last, usable, panics ? all.Length : count, panics);
    }

    private Target? Pick(HttpContext context, Target? last, Target[] usable, int count, bool panics)
    {
        if (last is not null && count > 1)
            count = Without(last, usable, count);
        while (count > 0)
        {
            var candidates = usable.AsSpan(0, count);
            var choice = Affinity?.Find(context, candidates) ?? _policy.Pick(context, candidates);
            if (panics || choice.Health is null || choice.Health.TryEnter())
            {
                Affinity?.Keep(context, choice);
                return choice;
            }

            count = Without(choice, usable, count);
        }

        return null;
    }

    private static int Without(Target target, Target[] usable, int count)
    {
        var index = Array.IndexOf(usable, target, 0, count);
        if (index < 0)
            return count;
        Array.Copy(usable, index + 1, usable, index, count - index - 1);
        return count - 1;
    }
}
