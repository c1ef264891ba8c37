namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>What became of a batch.</summary>
/// <param name="Problem">Why it was not taken, or null when it was.</param>
/// <param name="MayRetry">Whether the collector may take it later.</param>
/// <param name="RetryAfter">When it asks to be tried again, or null.</param>
internal readonly record struct OtlpOutcome(string? Problem, bool MayRetry, TimeSpan? RetryAfter)
{
    /// <summary>It was taken.</summary>
    public static OtlpOutcome Taken => default;
}
