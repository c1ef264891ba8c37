namespace Sidecar.Proxy.Configuration;

/// <summary>The access log: one record a request, however it ended.</summary>
public sealed record AccessLogOptions
{
    /// <summary>What is written on standard output. Default: <see cref="AccessLogFormat.Line"/>.</summary>
    public AccessLogFormat Format { get; init; } = AccessLogFormat.Line;

    /// <summary>How many of the requests that succeeded (2xx) are recorded, in percent; all others always are. Default: 100.</summary>
    [Range(0.0, 100.0)]
    public double SuccessPercent { get; init; } = 100;

    /// <summary>How much may wait for a standard output that does not move before records are dropped, and counted. Read at the start only. Default: 16 MiB.</summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaxPendingBytes { get; init; } = 16 * 1024 * 1024;
}

/// <summary>What a request looks like on standard output.</summary>
public enum AccessLogFormat
{
    /// <summary><c>service - target - route - time</c>, the time in Unix milliseconds.</summary>
    Line,

    /// <summary>One JSON object a line, by OpenTelemetry's names; the sidecar's own messages are JSON then, too.</summary>
    Json,

    /// <summary>The Common Log Format of NCSA httpd, which most log tools read.</summary>
    Clf,

    /// <summary>Nothing on standard output; records over OTLP are not affected.</summary>
    None,
}
