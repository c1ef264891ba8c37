using System.Net.Http.Headers;

namespace Sidecar.Proxy.Forwarding;

/// <summary>Tells the application who the client is and what it asked for.</summary>
internal static class ForwardedHeaders
{
    /// <summary>Adds this hop to X-Forwarded-For and sets X-Forwarded-Proto and -Host where they are missing.</summary>
    /// <param name="context">The request.</param>
    /// <param name="headers">The headers that the application receives.</param>
    public static void Apply(HttpContext context, HttpRequestHeaders headers)
    {
        if (context.Connection.RemoteIpAddress is { } address)
        {
            var client = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
            var before = context.Request.Headers["X-Forwarded-For"].ToString();
            Set(headers, "X-Forwarded-For", before.Length == 0 ? client : $"{before}, {client}");
        }

        SetIfMissing(headers, "X-Forwarded-Proto", context.Request.Scheme);
        SetIfMissing(headers, "X-Forwarded-Host", context.Request.Headers.Host.ToString());
    }

    private static void Set(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }

    private static void SetIfMissing(HttpRequestHeaders headers, string name, string value)
    {
        if (!headers.NonValidated.Contains(name))
            headers.TryAddWithoutValidation(name, value);
    }
}
