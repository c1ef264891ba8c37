using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.Health;

/// <summary>Tells of what happens to targets: a log line for each change, and a count. Tags are configured names only, so that series are bounded.</summary>
internal sealed partial class TargetEvents
{
    private readonly ILogger _logger;
    private readonly Counter<long> _ejections;
    private readonly Counter<long> _circuits;
    private readonly Counter<long> _checks;
    private readonly Counter<long> _lookups;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Where meters come from.</param>
    /// <param name="logger">Where the lines go.</param>
    public TargetEvents(IMeterFactory meters, ILogger<TargetEvents> logger)
    {
        _logger = logger;
        var meter = meters.Create(Instrumentation.Name);
        _ejections = meter.CreateCounter<long>("sidecar.target.ejections", "{ejection}", "Targets ejected because they failed more than they may.");
        _circuits = meter.CreateCounter<long>("sidecar.circuit_breaker.transitions", "{transition}", "Circuit breakers that went into a state.");
        _checks = meter.CreateCounter<long>("sidecar.health_check.results", "{check}", "Active health checks of targets, by result.");
        _lookups = meter.CreateCounter<long>("sidecar.discovery.lookups", "{lookup}", "Look-ups of targets in DNS, by result.");
    }

    /// <summary>A target gets no requests for a while.</summary>
    public void Ejected(TargetHealth target, TimeSpan duration, string reason)
    {
        _ejections.Add(1, Cluster(target));
        LogEjected(_logger, target.Url, target.Cluster.Label, Duration.Format(duration), reason);
    }

    /// <summary>An ejected target gets requests again.</summary>
    public void Returned(TargetHealth target) => LogReturned(_logger, target.Url, target.Cluster.Label);

    /// <summary>A circuit opened.</summary>
    public void CircuitOpened(TargetHealth target, TimeSpan duration, string reason)
    {
        Count(target, "open");
        LogOpened(_logger, target.Url, target.Cluster.Label, Duration.Format(duration), reason);
    }

    /// <summary>A circuit lets one request pass.</summary>
    public void CircuitHalfOpened(TargetHealth target)
    {
        Count(target, "half_open");
        LogHalfOpened(_logger, target.Url, target.Cluster.Label);
    }

    /// <summary>A circuit closed.</summary>
    public void CircuitClosed(TargetHealth target)
    {
        Count(target, "closed");
        LogClosed(_logger, target.Url, target.Cluster.Label);
    }

    /// <summary>A target was asked how it is.</summary>
    /// <param name="target">The target.</param>
    /// <param name="succeeded">Whether it is well.</param>
    public void Checked(TargetHealth target, bool succeeded) => _checks.Add(1, Cluster(target), new("sidecar.health_check.result", succeeded ? "success" : "failure"));

    /// <summary>A target is not well.</summary>
    public void Sickened(TargetHealth target, string reason) => LogUnhealthy(_logger, target.Url, target.Cluster.Label, reason);

    /// <summary>A target is well again.</summary>
    public void Recovered(TargetHealth target) => LogHealthy(_logger, target.Url, target.Cluster.Label);

    /// <summary>Targets were looked up.</summary>
    /// <param name="cluster">Their cluster.</param>
    /// <param name="succeeded">Whether there was a response.</param>
    public void LookedUp(Cluster cluster, bool succeeded) =>
        _lookups.Add(1, new("sidecar.cluster", cluster.Label), new("sidecar.discovery.result", succeeded ? "success" : "failure"));

    /// <summary>A cluster has other targets.</summary>
    public void Discovered(Cluster cluster, string targets) => LogDiscovered(_logger, cluster.Label, targets);

    /// <summary>Nothing is known of where the targets are now; it is as it was.</summary>
    public void Lost(Cluster cluster, string reason) => LogLost(_logger, cluster.Label, reason);

    /// <summary>DNS answers again.</summary>
    public void Found(Cluster cluster) => LogFound(_logger, cluster.Label);

    private static KeyValuePair<string, object?> Cluster(TargetHealth target) => new("sidecar.cluster", target.Cluster.Label);

    private void Count(TargetHealth target, string state) => _circuits.Add(1, Cluster(target), new("sidecar.circuit_breaker.state", state));

    [LoggerMessage(EventId = 1, EventName = "TargetEjected", Level = LogLevel.Warning, Message = "Target {Target} of {Cluster} is ejected for {Duration}: {Reason}")]
    private static partial void LogEjected(ILogger logger, string target, string cluster, string duration, string reason);

    [LoggerMessage(EventId = 2, EventName = "TargetReturned", Level = LogLevel.Information, Message = "Target {Target} of {Cluster} is back after its ejection")]
    private static partial void LogReturned(ILogger logger, string target, string cluster);

    [LoggerMessage(EventId = 3, EventName = "CircuitOpened", Level = LogLevel.Warning, Message = "The circuit to target {Target} of {Cluster} is open for {Duration}: {Reason}")]
    private static partial void LogOpened(ILogger logger, string target, string cluster, string duration, string reason);

    [LoggerMessage(EventId = 4, EventName = "CircuitHalfOpened", Level = LogLevel.Information, Message = "The circuit to target {Target} of {Cluster} is half open: one request tries it")]
    private static partial void LogHalfOpened(ILogger logger, string target, string cluster);

    [LoggerMessage(EventId = 5, EventName = "CircuitClosed", Level = LogLevel.Information, Message = "The circuit to target {Target} of {Cluster} is closed: it responds again")]
    private static partial void LogClosed(ILogger logger, string target, string cluster);

    [LoggerMessage(EventId = 6, EventName = "TargetUnhealthy", Level = LogLevel.Warning, Message = "Target {Target} of {Cluster} is unhealthy: {Reason}")]
    private static partial void LogUnhealthy(ILogger logger, string target, string cluster, string reason);

    [LoggerMessage(EventId = 7, EventName = "TargetHealthy", Level = LogLevel.Information, Message = "Target {Target} of {Cluster} is healthy again")]
    private static partial void LogHealthy(ILogger logger, string target, string cluster);

    [LoggerMessage(EventId = 8, EventName = "TargetsDiscovered", Level = LogLevel.Information, Message = "Targets of {Cluster}: {Targets}")]
    private static partial void LogDiscovered(ILogger logger, string cluster, string targets);

    [LoggerMessage(EventId = 9, EventName = "DiscoveryFailed", Level = LogLevel.Warning, Message = "Cannot look up the targets of {Cluster}, keeping the previous ones: {Reason}")]
    private static partial void LogLost(ILogger logger, string cluster, string reason);

    [LoggerMessage(EventId = 10, EventName = "DiscoveryWorks", Level = LogLevel.Information, Message = "Targets of {Cluster} can be looked up again")]
    private static partial void LogFound(ILogger logger, string cluster);
}
