using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

internal static class UploadRecord
{
    /// <summary>What the access log says of the next request that is over.</summary>
    public static async Task<IReadOnlyDictionary<string, object?>> RecordAsync(this RunningSidecar sidecar) => (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes;
}
