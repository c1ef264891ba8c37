namespace Sidecar.Proxy.Configuration.Resilience;

/// <summary>How long a request may take. A route's value that is left out is the global one's, and that of its upstream's options where that is left out too.</summary>
public sealed record TimeoutOptions : IValidatableObject
{
    /// <summary>How long a connection may take to open, its TLS handshake included, else 504. Default: the upstream's <c>ConnectTimeout</c>.</summary>
    [DurationRange("1ms", "10m")]
    public TimeSpan? Connect { get; init; }

    /// <summary>
    /// How long one attempt may take until the head of its response is there, connecting and upload included, else 504. It stands in for the
    /// upstream's <c>ResponseTimeout</c>, which begins with the request's last byte. Default: that one.
    /// </summary>
    [DurationRange("1ms", "24h")]
    public TimeSpan? Attempt { get; init; }

    /// <summary>How long all attempts may take together, the whole response included and upgrades excepted, else 504. Default: the upstream's <c>TotalTimeout</c>.</summary>
    [DurationRange("1ms", "24h")]
    public TimeSpan? Total { get; init; }

    /// <summary>
    /// Whether a client's own deadline, <c>grpc-timeout</c>, shortens the total and reaches the application as what is left of it. Default:
    /// true; without any of these options the header passes through as it is.
    /// </summary>
    public bool? ClientDeadline { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Attempt), Attempt > Total ? $"a duration no longer than Total, which is {Duration.Format(Total.Value)}" : null));
}
