using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>How the sidecar becomes ready, and how it ends.</summary>
public sealed record LifecycleOptions : IValidatableObject
{
    /// <summary>A path of the application's whose answer below 400 means that it is ready. Default: a connection that it accepts is enough.</summary>
    [RegularExpression("/.*", ErrorMessage = "a path that begins with a slash")]
    public string? ReadinessPath { get; init; }

    /// <summary>How long requests are still served after SIGTERM, while clients learn that the sidecar is not ready any more; SIGINT, at a terminal, does
    /// without. Default: 5 seconds.</summary>
    [DurationRange("0ms", "10m")]
    public TimeSpan DrainDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the end may take altogether, the delay included; what runs longer is cut off. Default: 25 seconds, below Kubernetes' 30.</summary>
    [DurationRange("0ms", "1h")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DrainTimeout < DrainDelay)
            yield return new($"at least as long as DrainDelay, {DrainDelay}", [nameof(DrainTimeout)]);
    }
}
