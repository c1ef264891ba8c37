using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding;

/// <summary>What the sidecar adds to an answer of the application's.</summary>
internal static class ResponseHeaders
{
    /// <summary>Adds X-Request-Id and Via, as configured.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="record">The request.</param>
    /// <param name="options">The configuration.</param>
    public static void Add(HttpResponse response, RequestRecord record, HeaderOptions options)
    {
        if (record.RequestId is { } id && !response.Headers.ContainsKey("X-Request-Id"))
            response.Headers["X-Request-Id"] = id;
        if (options.Via)
            response.Headers.Append(HeaderNames.Via, $"1.1 {ProxyStatus.Name}");
    }
}
