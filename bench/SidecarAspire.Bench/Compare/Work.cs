namespace SidecarAspire.Bench.Compare;

/// <summary>What is asked of a proxy.</summary>
/// <param name="Name">What it is called on the command line and in tables.</param>
/// <param name="Client">Who asks.</param>
/// <param name="Path">What is asked for.</param>
/// <param name="Connections">Over how many connections.</param>
/// <param name="Method">The method.</param>
/// <param name="BodyBytes">What is sent.</param>
/// <param name="IsClosing">Whether each request has a connection of its own.</param>
/// <param name="IsChunked">Whether the body is sent in chunks of 1 KiB, without a length.</param>
/// <param name="App">Who answers.</param>
/// <param name="Setup">What the proxy is configured to do.</param>
internal sealed record Work(
    string Name, Client Client, string Path, int Connections, string Method = "GET", int BodyBytes = 0, bool IsClosing = false, bool IsChunked = false, AppKind App = AppKind.Static, ProxySetup Setup = ProxySetup.Plain)
{
    /// <summary>The one that the figures to reach are about.</summary>
    public static Work Main { get; } = new("get-32B", Client.Wrk, "/32", 32);

    /// <summary>All there is.</summary>
    public static IReadOnlyList<Work> All { get; } =
    [
        Main,
        Main with { Name = "get-32B-c1", Connections = 1 },
        Main with { Name = "get-32B-c256", Connections = 256 },
        Main with { Name = "get-32B-close", IsClosing = true },
        Main with { Name = "get-1KB-json", Path = "/1k.json" },
        Main with { Name = "get-100KB", Path = "/100k.bin" },
        Main with { Name = "post-10KB", Path = "/post", Method = "POST", BodyBytes = 10 * 1024 },
        Main with { Name = "post-10KB-chunked", Path = "/post", Method = "POST", BodyBytes = 10 * 1024, IsChunked = true },
        Main with { Name = "get-32B-policy", Setup = ProxySetup.Policy },
        Main with { Name = "get-32B-tls", Setup = ProxySetup.Tls },
        Main with { Name = "get-32B-tls-close", Setup = ProxySetup.Tls, IsClosing = true },
        Main with { Name = "get-32B-h2c", Client = Client.H2Load },
        Main with { Name = "websocket-32B", Client = Client.WebSocket, Path = "/", App = AppKind.Echo },
        Main with { Name = "express", Path = "/", App = AppKind.Express },
        Main with { Name = "latency", Client = Client.Paced },
    ];
}
