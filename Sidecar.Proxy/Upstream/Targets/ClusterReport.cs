using System.Text.Json.Nodes;
using Sidecar.Proxy.Upstream.Health;

namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>Shows an operator where requests can go.</summary>
internal static class ClusterReport
{
    /// <summary>Describes clusters.</summary>
    /// <returns>By name: each target with its state.</returns>
    public static JsonObject Describe(IEnumerable<Cluster> clusters) =>
        new(clusters.Select(static cluster => KeyValuePair.Create(cluster.Label, (JsonNode?)new JsonArray([.. cluster.Targets.Select(Describe)]))));

    private static JsonNode Describe(Target target)
    {
        var result = new JsonObject
        {
            ["url"] = target.Url,
            ["name"] = target.Authority,
            ["weight"] = target.Weight,
            ["activeRequests"] = target.Active,
            ["state"] = (target.Health?.State ?? TargetState.Healthy).Name(),
        };
        if (target.Health?.Remaining is { } remaining && remaining > TimeSpan.Zero)
            result["retryAfter"] = Duration.FormatMeasured(remaining);
        return result;
    }
}
