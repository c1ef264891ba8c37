namespace Sidecar.Proxy.Configuration;

/// <summary>How the sidecar comes and goes, and how it follows the application's life.</summary>
public sealed record LifecycleOptions : IValidatableObject
{
    // What is left of DrainTimeout belongs to whatever comes after the requests: the application's own end and the telemetry.
    private const double RequestShare = 0.8;

    /// <summary>
    /// How long new requests are still served after readiness has fallen, because whoever sends them learns of it late.
    /// Default: 5 seconds in Kubernetes (<c>KUBERNETES_SERVICE_HOST</c> is set), else 0: there is nobody to wait for.
    /// </summary>
    [DurationRange("0ms", "1h")]
    public TimeSpan DrainDelay { get; init; } = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is null ? TimeSpan.Zero : TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the whole drain may take, <see cref="DrainDelay"/>, requests in flight and the flush of telemetry included; requests get
    /// four fifths of it. Default: 25 seconds, which fits into a pod's grace period of 30.
    /// </summary>
    [DurationRange("1s", "24h")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long after the start of a drain requests may run.</summary>
    internal TimeSpan RequestTimeout => DrainTimeout * RequestShare;

    /// <summary>
    /// In wrap mode, how long requests wait for the application to listen before they are sent on regardless, and answered with 502.
    /// Default: 60 seconds.
    /// </summary>
    [DurationRange("0ms", "1h")]
    public TimeSpan AppStartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A path of the application's whose response below 400 means that it is ready. Default: a connection that it accepts is enough.</summary>
    [RegularExpression("/.*", ErrorMessage = "a path that begins with a slash")]
    public string? ReadinessPath { get; init; }

    /// <summary>How long the application may take to answer a readiness probe. Default: 900 ms, so that the reason reaches a kubelet, which waits for 1 second.</summary>
    [DurationRange("1ms", "1m")]
    public TimeSpan ReadinessTimeout { get; init; } = TimeSpan.FromMilliseconds(900);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(DrainDelay), DrainDelay >= RequestTimeout ? $"a duration shorter than four fifths of DrainTimeout, which is {Duration.Format(DrainTimeout)}" : null));
}
