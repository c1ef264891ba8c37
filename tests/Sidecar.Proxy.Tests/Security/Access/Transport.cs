using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Access;

/// <summary>How a request comes to the sidecar.</summary>
public enum Transport
{
    Http1,
    Http2,
    Upgrade,
    ExtendedConnect,
}

/// <summary>Sends requests that no client's library would send.</summary>
internal static class TransportExtensions
{
    /// <summary>Sends a request and returns its status with the reason for a refusal that the access log has.</summary>
    /// <param name="transport">How it is sent.</param>
    /// <param name="sidecar">Where to.</param>
    /// <param name="target">Its target.</param>
    /// <param name="method">Its method; not with <see cref="Transport.ExtendedConnect"/>.</param>
    /// <param name="fields">Headers.</param>
    public static async Task<string> OutcomeAsync(this Transport transport, RunningSidecar sidecar, string target, string method = "GET", params (string Name, string Value)[] fields)
    {
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(transport switch
        {
            Transport.Http1 => Http1(target, method, fields),
            Transport.Upgrade => Http1(target, method, [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), .. fields]),
            Transport.Http2 => Http2([(":method", method), (":scheme", "http"), (":authority", "shop.example"), (":path", target)], fields),
            _ => Http2([(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":authority", "shop.example"), (":path", target), ("sec-websocket-version", "13")], fields),
        });
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        // Kestrel resets streams whose path it cannot decode.
        if (!record.Attributes.TryGetValue("http.response.status_code", out var status))
            return "reset";
        return record.Attributes.TryGetValue("sidecar.access.denied", out var reason) ? $"{status} {reason}" : $"{status}";
    }

    private static byte[] Http1(string target, string method, (string Name, string Value)[] fields) =>
        System.Text.Encoding.Latin1.GetBytes($"{method} {target} HTTP/1.1\r\nHost: shop.example\r\n{string.Concat(fields.Select(field => $"{field.Name}: {field.Value}\r\n"))}\r\n");

    private static byte[] Http2((string Name, string Value)[] head, (string Name, string Value)[] fields) =>
        [.. Http2Frames.Preface, .. Http2Frames.Fields(1, head[0].Value != "CONNECT", [.. head, .. fields.Select(field => (field.Name.ToLowerInvariant(), field.Value))])];
}
