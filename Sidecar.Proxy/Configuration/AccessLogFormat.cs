namespace Sidecar.Proxy.Configuration;

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
