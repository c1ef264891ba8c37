using System.Runtime.CompilerServices;
using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Upstream;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>Whether a retry that makes sense may be sent now: within the budget of its cluster, the time of its request, and a drain.</summary>
/// <param name="metrics">Where rejections are counted.</param>
/// <param name="drain">What leaves no time.</param>
/// <param name="settings">How long a drain leaves.</param>
/// <param name="bodies">What bodies are kept in.</param>
/// <param name="time">The clock.</param>
internal sealed class RetryAdmission(RetryMetrics metrics, Drain drain, SidecarSettings settings, BodyBudgets bodies, TimeProvider time)
{
    private readonly ConditionalWeakTable<Cluster, RetryBudget> _budgets = [];

    /// <summary>Where retries are counted.</summary>
    public RetryMetrics Metrics => metrics;

    /// <summary>How much of bodies may be kept.</summary>
    public BodyBudget Bodies => bodies.Retries;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Counts a request, of which the budget is a share.</summary>
    public void AddRequest(Cluster cluster) => BudgetOf(cluster).AddRequest();

    /// <summary>Takes a retry out of the budget, if there is time for it.</summary>
    /// <param name="attempt">The attempt that failed.</param>
    /// <param name="rules">The request's rules.</param>
    /// <param name="options">How large the budget is.</param>
    /// <param name="reason">Why it is to be repeated.</param>
    /// <param name="delay">How long it waits first.</param>
    /// <returns>Whether it may be sent.</returns>
    public bool TryPass(AttemptRecord attempt, ForwardingRules rules, RetryOptions options, string reason, TimeSpan delay)
    {
        var cluster = ((Target)attempt.Target).Cluster;
        if (rules.LeftFor(attempt.Request, cluster.Options, time) <= delay)
            return false;
        if (drain.IsDraining && LeftOfDrain() <= delay)
            return false;
        if (BudgetOf(cluster).TryTake(options))
            return true;
        metrics.OverBudget(reason);
        attempt.Request.Note("sidecar.retry.refused", "over_budget");
        return false;
    }

    private TimeSpan LeftOfDrain()
    {
        var lifecycle = settings.Current.Lifecycle;
        return drain.TimeLeft - (lifecycle.DrainTimeout - lifecycle.RequestTimeout);
    }

    private RetryBudget BudgetOf(Cluster cluster) => _budgets.GetValue(cluster, _ => new(time));
}
