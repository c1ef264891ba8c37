namespace Sidecar.Proxy.Configuration;

/// <summary>How a request is written on standard output.</summary>
public enum AccessLogFormat
{
    /// <summary>The contract's line: service, target, route and time.</summary>
    Line,

    /// <summary>One JSON object a line, by OpenTelemetry's names.</summary>
    Json,

    /// <summary>The Common Log Format of the first web servers.</summary>
    Clf,

    /// <summary>Nothing.</summary>
    None,
}
