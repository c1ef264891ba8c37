using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Upstream;

/// <summary>The client's wish to speak something else: by Upgrade over HTTP/1.1, or by extended CONNECT (RFC 8441) over HTTP/2.</summary>
internal sealed class Upgrade
{
    private readonly IHttpExtendedConnectFeature? _connect;
    private readonly string? _protocol;
    private readonly string? _key;

    private Upgrade(string? protocol, IHttpExtendedConnectFeature? connect)
    {
        (_protocol, _connect) = (protocol, connect);
        if (connect is not null)
            _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
    }

    /// <summary>Whether the client asks by extended CONNECT, which a 200 would accept.</summary>
    public bool IsExtendedConnect => _connect is not null;

    /// <summary>The method of the application's request, or null for the client's.</summary>
    public string? Method => IsExtendedConnect ? HttpMethods.Get : null;

    /// <summary>Reads the wish from a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The wish, or null.</returns>
    public static Upgrade? Of(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            return new(connect.Protocol, connect);
        return context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && context.Request.Headers.Upgrade is { Count: > 0 } upgrade && !AsksForHttp2(upgrade.ToString())
            ? new(upgrade.ToString(), null)
            : null;
    }

    /// <summary>Writes the headers that pass the wish on.</summary>
    /// <param name="connection">Where to.</param>
    public void WriteFields(UpstreamConnection connection)
    {
        RequestHeadWriter.WriteField(connection, HeaderNames.Connection, HeaderNames.Upgrade);
        RequestHeadWriter.WriteField(connection, HeaderNames.Upgrade, _protocol ?? "");
        if (_key is not null)
            RequestHeadWriter.WriteField(connection, HeaderNames.SecWebSocketKey, _key);
    }

    /// <summary>Tells the client that its wish is granted.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">Its telemetry.</param>
    /// <param name="head">The application's response.</param>
    /// <param name="options">The configuration.</param>
    /// <returns>The client's end of what the connection has become.</returns>
    public async Task<Stream> AcceptAsync(HttpContext context, RequestRecord record, ResponseHead head, HeaderOptions options)
    {
        if (_key is not null && head.Field(HeaderNames.SecWebSocketAccept) != WebSocketAccept(_key))
            throw new BadResponseException(ProxyError.HttpProtocolError, "Sec-WebSocket-Accept does not fit the key");
        var headers = context.Response.Headers;
        for (var i = 0; i < head.Fields.Count; i++)
        {
            if (head.Fields.Role(i).PassesInResponse() && !(_key is not null && head.Fields.IndexOf(HeaderNames.SecWebSocketAccept) == i))
                ResponseHeaders.Append(headers, head.Fields.Name(i), head.Fields.Value(i).ToString());
        }

        ResponseHeaders.Add(context.Response, record, options);
        if (_connect is not null)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return await _connect.AcceptAsync();
        }

        headers.Connection = HeaderNames.Upgrade;
        headers.Upgrade = head.Field(HeaderNames.Upgrade) ?? _protocol;
        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    // A tunnel of HTTP/2 would carry requests past everything that watches this one. A server may ignore it (RFC 9110, section 7.8).
    private static bool AsksForHttp2(string upgrade) => upgrade.Contains("h2", StringComparison.OrdinalIgnoreCase);

    // RFC 6455, section 4.2.2, which asks for SHA-1 and for this text; it proves understanding, not identity.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "Asked for by RFC 6455.")]
    private static string WebSocketAccept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
