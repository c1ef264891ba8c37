namespace Sidecar.Proxy.Configuration;

/// <summary>How the application is reached.</summary>
public sealed record UpstreamOptions : IValidatableObject
{
    /// <summary>
    /// The application's addresses (<c>TARGET</c>), each with a share of the requests if wanted: <c>http://a:8080;weight=3</c>; without one
    /// it is 1. Default: <c>http://localhost:8080</c>.
    /// </summary>
    [TargetUrls]
    public IReadOnlyList<string> Targets { get; init; } = ["http://localhost:8080"];

    /// <summary>What is spoken with the application. Default: <see cref="UpstreamProtocol.Http1"/>.</summary>
    public UpstreamProtocol Protocol { get; init; } = UpstreamProtocol.Http1;

    /// <summary>How long a connection to the application may take to open, its TLS handshake included, else 504. Default: 5 seconds.</summary>
    [DurationRange("1ms", "10m")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the application may take from the request's last byte to its response's head, else 504. Default: 60 seconds.</summary>
    [DurationRange("1ms", "24h")]
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request may go without a byte in either direction once its body or its response is on the way. Default: 5 minutes.</summary>
    [DurationRange("1ms", "24h")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a request may take altogether, upgrades excepted. Default: as long as it likes.</summary>
    [DurationRange("1ms", "24h")]
    public TimeSpan? TotalTimeout { get; init; }

    /// <summary>How long the application may take to say 100 Continue before the body is sent all the same. Default: 1 second.</summary>
    [DurationRange("0ms", "1m")]
    public TimeSpan ContinueTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many requests may be with one target at once; more wait for <see cref="ConnectTimeout"/>, then get 503. Default: any number.</summary>
    [Range(1, 1_000_000)]
    public int? MaxConnections { get; init; }

    /// <summary>How long an unused connection is kept. Default: 60 seconds, or less if the application says so.</summary>
    [DurationRange("0ms", "1h")]
    public TimeSpan IdleConnectionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How old a connection may become before its next request gets a new one, so that DNS changes are followed. Default: 10 minutes.</summary>
    [DurationRange("1s", "24h")]
    public TimeSpan MaxConnectionAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How large the head of a response may be, else 502. Default: 64 KiB.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxResponseHeadBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Whether responses of HTTP/1.x may be as wrong as nginx lets them be: lines that end in LF alone, lines without a colon (left out), the same Content-Length or
    /// <c>chunked</c> twice, white space behind a chunk's size. For old applications, such as CGI scripts. Default: no, they are 502.
    /// </summary>
    public bool Lenient { get; init; }

    /// <summary>A PEM file of the authorities that https targets are checked against; read again when it changes. Default: the system's.</summary>
    [ExistingFile]
    public string? CaFile { get; init; }

    /// <summary>The certificate and its chain, in PEM, that https targets are shown when they ask; read again when it changes. Default: none.</summary>
    [ExistingFile]
    public string? ClientCertificateFile { get; init; }

    /// <summary>That certificate's private key, in PEM. Default: in <see cref="ClientCertificateFile"/>.</summary>
    [ExistingFile]
    public string? ClientKeyFile { get; init; }

    /// <summary>The host name that https targets are asked for (SNI), and that their certificates must be for. Default: the target's own.</summary>
    [RegularExpression(@"[A-Za-z0-9._-]+", ErrorMessage = "a host name such as shop.example")]
    public string? ServerName { get; init; }

    /// <summary>The SPIFFE IDs that https targets may have; their certificates must be for one of these then, instead of a host name. Default: not looked at.</summary>
    [SpiffeIds]
    public IReadOnlyList<string> SpiffeIds { get; init; } = [];

    /// <summary>How targets are found in DNS. Default: they are not; each is one target, and every connection to it asks for its name.</summary>
    public DiscoveryOptions? Discovery { get; init; }

    /// <summary>How requests are spread over the targets. Default: one after the other.</summary>
    public LoadBalancingOptions? LoadBalancing { get; init; }

    /// <summary>Keeps a client at its target. Default: nothing does.</summary>
    public AffinityOptions? Affinity { get; init; }

    /// <summary>Where requests go while too few targets may be used. Default: nowhere; they get 503.</summary>
    public FailoverOptions? Failover { get; init; }

    /// <summary>Leaves a target alone for a while that fails more than it may. Default: nothing does.</summary>
    public OutlierDetectionOptions? OutlierDetection { get; init; }

    /// <summary>Leaves a target alone that fails, and tries it with one request. Default: nothing does.</summary>
    public CircuitBreakerOptions? CircuitBreaker { get; init; }

    /// <summary>Asks targets how they are. Default: nobody does.</summary>
    public HealthCheckOptions? HealthChecks { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(CaFile), Pem.AuthoritiesProblem(CaFile)),
        (nameof(ClientKeyFile), ClientKeyFile is not null && ClientCertificateFile is null ? "left out unless ClientCertificateFile is given" : null),
        (nameof(ClientCertificateFile), Pem.CertificateProblem(ClientCertificateFile, ClientKeyFile)),
        // What was meant to be protected must not go out in cleartext.
        (nameof(SpiffeIds), SpiffeIds.Count > 0 && !Targets.All(target => target.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) ? "left out unless all Targets are https" : null),
        (nameof(Failover), this is { Failover: not null, OutlierDetection: null, CircuitBreaker: null, HealthChecks: null } ? "left out unless OutlierDetection, CircuitBreaker or HealthChecks says when a target may not be used" : null),
        (nameof(Targets), Discovery is { Mode: DiscoveryMode.Srv } && Targets.Any(static target => !TargetUrl.Parse(target).Url.Host.StartsWith('_'))
            ? "the name of a service such as http://_http._tcp.shop.default.svc.cluster.local, because Discovery:Mode is srv"
            : null));
}

/// <summary>What is spoken with the application.</summary>
public enum UpstreamProtocol
{
    /// <summary>HTTP/1.1.</summary>
    Http1,

    /// <summary>HTTP/2: by ALPN to an https target, with prior knowledge (h2c) to an http one. gRPC needs it.</summary>
    Http2,
}
