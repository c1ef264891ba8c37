using System.Net;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Resilience.RateLimiting;

/// <summary>Who the client is behind trusted proxies.</summary>
internal static class ForwardedFor
{
    /// <summary>Goes back from the peer through X-Forwarded-For as far as the word of trusted proxies reaches.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">What is known of it.</param>
    /// <param name="headers">Who is trusted.</param>
    /// <returns>The first address that is not a trusted proxy's, else the last that can be read; null when the transport has none.</returns>
    public static IPAddress? Client(HttpContext context, RequestRecord record, HeaderOptions headers)
    {
        var client = record.ClientAddress;
        if (!OutgoingHeaders.IsTrusted(client, headers))
            return client;
        var lines = context.Request.Headers["X-Forwarded-For"];
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            var rest = lines[i].AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.LastIndexOf(',');
                if (!TryParse(rest[(comma + 1)..].Trim(), out var hop))
                    return client;
                client = hop;
                if (!OutgoingHeaders.IsTrusted(client, headers))
                    return client;
                rest = comma < 0 ? default : rest[..comma];
            }
        }

        return client;
    }

    // Some proxies add the port: 192.0.2.1:49152, [2001:db8::1]:49152.
    private static bool TryParse(ReadOnlySpan<char> text, out IPAddress? address)
    {
        address = IPEndPoint.TryParse(text, out var end) ? end.Address : null;
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is not null;
    }
}
