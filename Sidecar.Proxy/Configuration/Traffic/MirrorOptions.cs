namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>A copy of requests for somebody whose answers nobody sees. Whatever becomes of it, the request itself neither waits nor fails.</summary>
public sealed record MirrorOptions
{
    /// <summary>Where the copies go: a key of <c>Sidecar:Clusters</c>. Default: the application behind the sidecar.</summary>
    public string? Cluster { get; init; }

    /// <summary>Of how many of the requests. Default: 100.</summary>
    [Range(0.0, 100.0)]
    public double Percent { get; init; } = 100;

    /// <summary>How large the body of a request may be for a copy to be sent. Default: 64 KiB.</summary>
    [Range(0, 16 * 1024 * 1024)]
    public int MaxBodyBytes { get; init; } = 64 * 1024;

    /// <summary>How many copies of this route's requests may be kept or on the way at once; of more, none is made. Default: 100.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrent { get; init; } = 100;

    /// <summary>How long a copy may take altogether. Default: 10 seconds.</summary>
    [DurationRange("1ms", "1h")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
