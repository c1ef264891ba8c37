using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>Counts retries.</summary>
/// <param name="meters">Where meters come from.</param>
internal sealed class RetryMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _retries = meters.Create(Instrumentation.Name)
        .CreateCounter<long>("sidecar.retries", "{retry}", "Requests sent again, by why and by what became of it; those that the budget refused included.");

    /// <summary>A retry has been answered in a way that is not retried itself.</summary>
    /// <param name="reason">Why it was sent.</param>
    public void Succeeded(string reason) => Count(reason, "success");

    /// <summary>A retry failed, too.</summary>
    /// <param name="reason">Why it was sent.</param>
    public void Failed(string reason) => Count(reason, "failure");

    /// <summary>The budget had no room for a retry.</summary>
    /// <param name="reason">Why it was wanted.</param>
    public void OverBudget(string reason) => Count(reason, "over_budget");

    private void Count(string reason, string outcome) => _retries.Add(1, new("sidecar.retry.reason", reason), new("sidecar.retry.outcome", outcome));
}

/// <summary>Why a request is sent again, as telemetry names it.</summary>
internal static class RetryReason
{
    /// <summary>No connection came about; nothing was sent.</summary>
    public const string Connect = "connect_failure";

    /// <summary>The connection or the stream broke before there was a response, or what came was none.</summary>
    public const string Reset = "reset";

    /// <summary>There was no response in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>The response's status code is one of those that are retried.</summary>
    public const string Status = "status";
}
