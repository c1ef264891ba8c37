namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>Why a request is sent again, as telemetry names it.</summary>
internal static class RetryReason
{
    /// <summary>No connection came about; nothing was sent.</summary>
    public const string Connect = "connect_failure";

    /// <summary>The connection or the stream broke before there was an answer, or what came was none.</summary>
    public const string Reset = "reset";

    /// <summary>There was no answer in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>The answer's status code is one of those that are retried.</summary>
    public const string Status = "status";
}
