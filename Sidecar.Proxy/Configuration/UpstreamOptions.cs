namespace Sidecar.Proxy.Configuration;

/// <summary>How the application is reached.</summary>
public sealed record UpstreamOptions
{
    /// <summary>The application's addresses (<c>TARGET</c>), tried in turn. Default: <c>http://localhost:8080</c>.</summary>
    [TargetUrls]
    public IReadOnlyList<string> Targets { get; init; } = ["http://localhost:8080"];

    /// <summary>How long a connection to the application may take to open, its TLS handshake included. Default: 5 seconds.</summary>
    [DurationRange("1ms", "10m")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the application may take from the request's last byte to its answer's head, else 504. Default: 60 seconds.</summary>
    [DurationRange("1ms", "24h")]
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
