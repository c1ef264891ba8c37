namespace Sidecar.Proxy.Configuration;

/// <summary>What a client may ask of the sidecar. Limits apply to new connections; a change needs a restart.</summary>
public sealed record LimitOptions
{
    /// <summary>How long nobody is taken for slow, whatever the rates below: what Kestrel has by default.</summary>
    internal static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long a request line may be, else 414. Default: 8 KiB.</summary>
    [Range(128, 1024 * 1024)]
    public int MaxRequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>How large a request's head may be, else 431. Default: 32 KiB.</summary>
    [Range(512, 1024 * 1024)]
    public int MaxRequestHeadBytes { get; init; } = 32 * 1024;

    /// <summary>How many headers a request may have, else 431. Default: 100.</summary>
    [Range(1, 10_000)]
    public int MaxRequestHeaders { get; init; } = 100;

    /// <summary>How large a request's body may be, else 413. Default: any size; the application decides.</summary>
    [Range(0, long.MaxValue)]
    public long? MaxRequestBodyBytes { get; init; }

    /// <summary>How long a request's head may take from its first byte to its last, else 408. Default: 15 seconds.</summary>
    [DurationRange("10ms", "10m")]
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may go without a request. Default: 620 seconds, longer than load balancers keep theirs (600 at most).</summary>
    [DurationRange("10ms", "24h")]
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(620);

    /// <summary>
    /// How long a client that has ended its half of an HTTP/1.1 connection after a whole request is waited for without a byte moving. A client that only has no more
    /// to say still gets its response; one that is gone looks the same until something is sent to it, and the application works in vain for that long. 0 takes it for
    /// gone at once, as nginx and Envoy do. A reset, and a request that breaks off, count at once in any case. Default: 1 second.
    /// </summary>
    [DurationRange("0ms", "24h")]
    public TimeSpan HalfCloseTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a client may pause within a request's body, else 408. Log shippers wait a minute for the next line. Default: 75 seconds.</summary>
    [DurationRange("2s", "24h")]
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How slowly a body may come in, in bytes per second, when pauses of less than <see cref="BodyTimeout"/> are not counted; 0 for as slowly as it likes. Default: 240.</summary>
    [Range(0, 1_000_000_000)]
    public int MinRequestBytesPerSecond { get; init; } = 240;

    /// <summary>How slowly a response may be read, in bytes per second after 5 seconds of grace; 0 for as slowly as it likes. Default: 240.</summary>
    [Range(0, 1_000_000_000)]
    public int MinResponseBytesPerSecond { get; init; } = 240;

    /// <summary>Whether a target of HTTP/1.x may hold UTF-8 that is not escaped; the application gets it escaped. For clients that put file names or search terms into URLs as they are. Default: no, they get 400.</summary>
    public bool Lenient { get; init; }

    /// <summary>How many connections clients may have; more wait to be accepted. Default, and at most: half of the file descriptors that are for connections. Default besides: at most one for 576 KiB of memory, 704 KiB with TLS; fewer where heads may be larger.</summary>
    [Range(1, 10_000_000)]
    public int? MaxConnections { get; init; }

    /// <summary>How many connections there may be to all targets together; requests that need another wait for <c>ConnectTimeout</c>, then get 503. Default: the other half of those descriptors, and no more than there may be connections from clients and requests over HTTP/2.</summary>
    [Range(1, 10_000_000)]
    public int? MaxUpstreamConnections { get; init; }

    /// <summary>How many requests over HTTP/2 may be in flight on all connections together; more get 503. Default: one for 512 KiB of memory.</summary>
    [Range(1, 10_000_000)]
    public int? MaxStreams { get; init; }

    /// <summary>How much of request bodies may be kept for retries at once, in bytes; a request whose body finds no room is sent once. Default: a sixteenth of the memory.</summary>
    [Range(0, long.MaxValue)]
    public long? MaxRetryBytes { get; init; }

    /// <summary>How much of request bodies may be kept for mirrors at once, in bytes; a request whose body finds no room is not mirrored. Default: a sixteenth of the memory.</summary>
    [Range(0, long.MaxValue)]
    public long? MaxMirrorBytes { get; init; }

    /// <summary>How many requests an HTTP/2 connection may have in flight. Default: one for 4 MiB of memory, from 16 to 100.</summary>
    [Range(1, 100_000)]
    public int? MaxStreamsPerConnection { get; init; }

    /// <summary>How many connections may speak HTTP/2; more get a GOAWAY. Default: as many as have 16 KiB for each of their streams in a quarter of the memory.</summary>
    [Range(1, 10_000_000)]
    public int? MaxHttp2Connections { get; init; }
}
