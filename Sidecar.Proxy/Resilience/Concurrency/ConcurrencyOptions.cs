using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Resilience.Concurrency;

/// <summary>How many requests may be with the application at once; more wait, or get 503 with Retry-After.</summary>
public sealed record ConcurrencyOptions : IValidatableObject
{
    /// <summary>How many at once, open WebSockets included. Default: 1 000 where <see cref="Adaptive"/> finds out how many of them are good, else it has to be given.</summary>
    [Range(1, 1_000_000)]
    public int? Max { get; init; }

    /// <summary>How many more may wait for their turn. Default: 0.</summary>
    [Range(0, 1_000_000)]
    public int Queue { get; init; }

    /// <summary>How long one may wait. Default: 1 second.</summary>
    [DurationRange("1ms", "5m")]
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How the number is found out by itself. Default: it is not, and <see cref="Max"/> is the number.</summary>
    public AdaptiveOptions? Adaptive { get; init; }

    /// <summary>The most that may be at once, whatever is found out.</summary>
    internal int Ceiling => Max ?? 1_000;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Max is null && Adaptive is null)
            yield return new("a number from 1 to 1000000, unless Adaptive is given", [nameof(Max)]);
        if (Adaptive is { } adaptive && adaptive.Min > Ceiling)
            yield return new(string.Create(CultureInfo.InvariantCulture, $"a number from Adaptive:Min, which is {adaptive.Min}"), [nameof(Max)]);
    }
}
