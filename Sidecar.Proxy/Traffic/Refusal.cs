using System.Globalization;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Resilience;

namespace Sidecar.Proxy.Traffic;

/// <summary>What a client hears when no target may be used: 503, and when it is worth another try.</summary>
internal static class Refusal
{
    /// <summary>Answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cluster">Where it should have gone.</param>
    /// <returns>When the answer is written.</returns>
    public static Task AnswerAsync(HttpContext context, Cluster cluster)
    {
        var targets = cluster.Targets;
        var seconds = targets.Min(static target => target.Health?.Remaining?.TotalSeconds) ?? 1;
        var retryAfter = Math.Max(1, (long)Math.Ceiling(seconds)).ToString(CultureInfo.InvariantCulture);
        return context.FailAsync(ProxyError.DestinationUnavailable, Explain(cluster.Label, targets), ("Retry-After", retryAfter));
    }

    private static string Explain(string cluster, IReadOnlyList<Target> targets) => targets.Count == 0
        ? $"{cluster} has no target"
        : $"no target of {cluster} may be used: {string.Join(", ", targets.Where(static target => target.Health is not null).GroupBy(static target => target.Health!.State).Select(static state => string.Create(CultureInfo.InvariantCulture, $"{state.Count()} {state.Key.Name()}")))}";
}
