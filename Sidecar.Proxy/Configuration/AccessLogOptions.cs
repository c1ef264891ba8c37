using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>What is written about each request.</summary>
public sealed record AccessLogOptions
{
    /// <summary>The format on standard output; over OTLP the record is always structured. Default: <see cref="AccessLogFormat.Line"/>.</summary>
    public AccessLogFormat Format { get; init; } = AccessLogFormat.Line;

    /// <summary>How many of the requests answered with 2xx are written, in percent; all others always are. Default: 100.</summary>
    [Range(0, 100)]
    public double SuccessPercent { get; init; } = 100;

    /// <summary>Query parameters whose values are secrets and appear as <c>REDACTED</c> in logs and spans. The application gets them as they are.</summary>
    public IReadOnlyList<string> RedactedParameters { get; init; } =
        ["token", "access_token", "id_token", "refresh_token", "api_key", "apikey", "password", "secret", "sig", "signature", "X-Amz-Signature", "X-Goog-Signature", "AWSAccessKeyId"];
}
