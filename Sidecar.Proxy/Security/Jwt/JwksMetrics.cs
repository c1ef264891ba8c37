using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>How often issuers' keys are fetched, and whether that works.</summary>
internal sealed class JwksMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _refreshes = meters.Create(Instrumentation.Name).CreateCounter<long>("sidecar.jwks.refreshes", "{refresh}", "Times that an issuer's keys were read, by outcome.");

    /// <summary>Counts one.</summary>
    public void Count(bool succeeded) => _refreshes.Add(1, new KeyValuePair<string, object?>("sidecar.outcome", succeeded ? "success" : "failure"));
}
