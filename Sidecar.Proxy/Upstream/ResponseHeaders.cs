using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Upstream;

/// <summary>The headers of a response: the application's, and what the sidecar adds to them.</summary>
internal static class ResponseHeaders
{
    /// <summary>Adds X-Request-Id and Via, as configured, and does what the route says.</summary>
    /// <param name="response">The response.</param>
    /// <param name="record">The request.</param>
    /// <param name="options">The configuration.</param>
    public static void Add(HttpResponse response, RequestRecord record, HeaderOptions options)
    {
        if (record.RequestId is { } id)
            response.Headers["X-Request-Id"] = id;
        if (options.Via)
            response.Headers.Append(HeaderNames.Via, $"1.1 {ProxyStatus.Name}");
        record.Edits?.Response?.Apply(response.Headers);
    }

    /// <summary>Adds a header of the application's. ASP.NET Core's own Append leaves empty values out.</summary>
    /// <param name="headers">Where to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public static void Append(IHeaderDictionary headers, string name, string value) => headers[name] = StringValues.Concat(headers[name], value);
}
