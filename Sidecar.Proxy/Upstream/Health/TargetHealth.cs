using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.Health;

/// <summary>What is known of a target's health: from the attempts at it, and from asking it. Outlives a reload that leaves alone what decides over it.</summary>
internal sealed class TargetHealth : IDisposable
{
    private readonly OutlierDetector? _outliers;
    private readonly Circuit? _circuit;
    private readonly HealthStatus? _checks;

    private TargetHealth(Cluster cluster, string url, ClusterServices services)
    {
        (Cluster, Url, Events) = (cluster, url, services.Events);
        var options = cluster.Options;
        if (options.OutlierDetection is { } outliers)
            _outliers = new OutlierDetector(this, outliers, services.Time);
        if (options.CircuitBreaker is { } breaker)
            _circuit = new Circuit(this, breaker, services.Time);
        if (options.HealthChecks is { } checks)
            _checks = new HealthStatus(this, checks);
    }

    /// <summary>The target's cluster.</summary>
    public Cluster Cluster { get; private set; }

    /// <summary>The target's address.</summary>
    public string Url { get; }

    /// <summary>Who is told of changes.</summary>
    public TargetEvents Events { get; }

    /// <summary>What active health checks found, or null when there are none.</summary>
    public HealthStatus? Checks => _checks;

    /// <summary>Whether new requests may go there.</summary>
    public bool IsUsable => _checks is not { IsUnhealthy: true } && _outliers is not { IsEjected: true } && (_circuit is null || _circuit.IsPassable);

    /// <summary>Whether it is ejected.</summary>
    public bool IsEjected => _outliers is { IsEjected: true };

    /// <summary>Its state, the most lasting first.</summary>
    public TargetState State => this switch
    {
        { _checks.IsUnhealthy: true } => TargetState.Unhealthy,
        { _outliers.IsEjected: true } => TargetState.Ejected,
        { _circuit.State: CircuitState.Open } => TargetState.CircuitOpen,
        { _circuit.State: CircuitState.HalfOpen } => TargetState.CircuitHalfOpen,
        _ => TargetState.Healthy,
    };

    /// <summary>When it may be worth another try; null when there is no saying.</summary>
    public TimeSpan? Remaining => _outliers?.Remaining ?? _circuit?.Remaining ?? (_checks is { IsUnhealthy: true } ? Cluster.Options.HealthChecks?.Interval : null);

    /// <summary>Makes what the options ask for.</summary>
    /// <param name="cluster">The target's cluster.</param>
    /// <param name="url">The target's address.</param>
    /// <param name="services">What it needs.</param>
    /// <param name="before">The cluster's predecessor, or null.</param>
    /// <returns>What is known of the target; null when nothing would find out.</returns>
    public static TargetHealth? Of(Cluster cluster, string url, ClusterServices services, Cluster? before)
    {
        var options = cluster.Options;
        if (options.OutlierDetection is null && options.CircuitBreaker is null && options.HealthChecks is null)
            return null;
        if (before is null || !IsDecidedAlike(options, before.Options) || before.Targets.FirstOrDefault(target => target.Url == url)?.Health is not { } known)
            return new TargetHealth(cluster, url, services);
        known.Cluster = cluster;
        return known;
    }

    /// <summary>Lets an attempt pass that the target was chosen for.</summary>
    /// <returns>Whether it may.</returns>
    public bool TryEnter() => _circuit is null || _circuit.TryEnter();

    /// <summary>An attempt is over.</summary>
    public void Observe(AttemptRecord attempt)
    {
        var hasError = attempt.Error is not null;
        if (attempt.StatusCode == 0 && !hasError)
        {
            _circuit?.Observe(failed: null, attempt.Timestamp);
            return;
        }

        _circuit?.Observe(hasError || attempt.StatusCode >= 500, attempt.Timestamp);
        _outliers?.Observe(attempt.StatusCode, hasError);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _outliers?.Dispose();
        _circuit?.Dispose();
    }

    private static bool IsDecidedAlike(UpstreamOptions one, UpstreamOptions other) =>
        one.OutlierDetection == other.OutlierDetection && one.CircuitBreaker == other.CircuitBreaker && one.HealthChecks == other.HealthChecks;
}
