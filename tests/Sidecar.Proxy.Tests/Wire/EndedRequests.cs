using Sidecar.Proxy.Observability.AccessLogging;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Requests that are over for the sidecar, which a client may know before.</summary>
internal static class EndedRequests
{
    /// <summary>Waits for the end of so many requests.</summary>
    public static async Task EndedAsync(this RunningSidecar sidecar, int count)
    {
        for (var i = 0; i < count; i++)
            await sidecar.Logs.NextAsync(AccessLog.Category);
    }
}
