namespace SidecarAspire.Bench.Compare;

/// <summary>A row of the table: what is asked of each proxy.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Title">What it is called in tables.</param>
internal sealed record Row(string Name, string Title)
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("plain", "plain GET of 32 B") { Target = 0.95, HasHalfLoad = true, IsKey = true },
        new("policy", "a route, a header edit, retries") { Setup = Setup.Policy, Target = 1.15, HasHalfLoad = true, IsKey = true },
        new("jwt", "JWT-checked") { Setup = Setup.Jwt, HasHalfLoad = true },
        new("otlp", "logs, spans, metrics over OTLP; the others without") { Setup = Setup.Otlp, Target = 1.3, HasHalfLoad = true, IsKey = true },
        new("tls", "TLS 1.3, keep-alive") { Setup = Setup.Tls, Target = 1.2, HasHalfLoad = true, IsKey = true },
        new("tls-handshake", "TLS 1.3, a handshake each") { Setup = Setup.Tls, IsClosing = true, Target = 1.3 },
        new("mtls", "mutual TLS, keep-alive") { Client = Client.Paced, Setup = Setup.MutualTls },
        new("h2c", "HTTP/2, cleartext") { Client = Client.H2Load, Setup = Setup.Http2 },
        new("h2-tls", "HTTP/2, TLS") { Client = Client.H2Load, Setup = Setup.Tls, IsKey = true },
        new("grpc", "gRPC, unary") { Client = Client.H2Load, Setup = Setup.Grpc, App = AppKind.Grpc, Path = "/bench.Echo/Unary", IsKey = true },
        new("grpc-stream", "gRPC, a stream of 100 messages") { Client = Client.H2Load, Setup = Setup.Grpc, App = AppKind.Grpc, Path = "/bench.Echo/Stream" },
        new("post", "POST of 10 KB") { Path = "/post", BodyBytes = 10 * 1024, Target = 1.1, HasHalfLoad = true, IsKey = true },
        new("chunked", "chunked upload of 10 KB") { Path = "/post", BodyBytes = 10 * 1024, IsChunked = true, Target = 1.1 },
        new("100KB", "download of 100 KB") { Path = "/100k.bin", Target = 1.1 },
        new("10MB", "download of 10 MB") { Path = "/10m.bin", Connections = 8 },
        new("websocket", "WebSocket message of 32 B") { Client = Client.WebSocket, App = AppKind.Echo, Path = "/", Target = 1.1, IsKey = true },
        new("close", "a new connection each") { IsClosing = true, Target = 1.1 },
        new("idle", "10,000 idle and 1,000 active connections") { Connections = 1000, IdleConnections = 10_000 },
    ];

    /// <summary>Who sends.</summary>
    public Client Client { get; init; } = Client.Wrk;

    /// <summary>What is asked for.</summary>
    public string Path { get; init; } = "/32";

    /// <summary>Over how many connections, where the client has a choice.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>How many more are open, have had one response and wait.</summary>
    public int IdleConnections { get; init; }

    /// <summary>What is sent, as a POST; 0 for a GET.</summary>
    public int BodyBytes { get; init; }

    /// <summary>Whether the body is sent in chunks of 1 KiB, without a length.</summary>
    public bool IsChunked { get; init; }

    /// <summary>Whether each request has a connection of its own.</summary>
    public bool IsClosing { get; init; }

    /// <summary>Who responds.</summary>
    public AppKind App { get; init; }

    /// <summary>What the proxy is configured to do.</summary>
    public Setup Setup { get; init; }

    /// <summary>The sidecar's CPU a request over nginx's that is to be reached.</summary>
    public double? Target { get; init; }

    /// <summary>Whether latency is also taken at half of each proxy's best, with one core.</summary>
    public bool HasHalfLoad { get; init; }

    /// <summary>Whether it is in the chart, and measured with more than one core too.</summary>
    public bool IsKey { get; init; }

    /// <summary>Whether clients speak TLS.</summary>
    public bool IsTls => Setup is Setup.Tls or Setup.MutualTls;
}
