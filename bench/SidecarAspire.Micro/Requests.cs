using System.Net;
using System.Text;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Requests;
using Sidecar.Proxy.Upstream.Targets;

namespace SidecarAspire.Micro;

/// <summary>The request that all pieces are measured with: a browser's, as it comes.</summary>
internal static class Requests
{
    /// <summary>Its bytes.</summary>
    public static byte[] Bytes { get; } = Encoding.ASCII.GetBytes(
        "GET /shop/items/42?page=2 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: text/html\r\n"
        + "Accept-Language: en\r\nAccept-Encoding: gzip, br\r\nCookie: session=abcdefghijklmnopqrstuvwxyz\r\nConnection: keep-alive\r\n\r\n");

    /// <summary>The configuration nobody has touched.</summary>
    public static SidecarOptions Options { get; } = new() { ServiceName = "shop" };

    /// <summary>Where it goes.</summary>
    public static Target Target { get; } = new Cluster(null, Options.Upstream).Targets[0];

    /// <summary>What is told of it, before it is opened.</summary>
    public static RequestRecord Record() => new()
    {
        Method = "GET",
        Scheme = "http",
        Host = "shop.example",
        Path = "/shop/items/42",
        Query = "?page=2",
        ProtocolVersion = "1.1",
        ClientAddress = IPAddress.Loopback,
        ClientPort = 50000,
        UserAgent = "Mozilla/5.0 (X11; Linux x86_64)",
        RequestId = "01a1fdc8-b0f5-7686-97e5-09fdc27b0a02",
    };
}
