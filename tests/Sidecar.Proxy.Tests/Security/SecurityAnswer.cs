using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security;

/// <summary>What comes of a request, and why.</summary>
internal static class SecurityAnswer
{
    /// <summary>Sends a request and returns its status with the reason for a refusal that the access log has.</summary>
    public static async Task<string> OutcomeAsync(this RunningSidecar sidecar, string target = "/", params string[] headers)
    {
        var answer = await sidecar.GetAsync(target, headers);
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        var status = answer.Split(' ')[1];
        return record.Attributes.TryGetValue("sidecar.access.denied", out var reason) ? $"{status} {reason}" : status;
    }
}
