using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>Allows durations between two bounds, both included.</summary>
/// <param name="minimum">The shortest one, as <see cref="Duration"/> reads it.</param>
/// <param name="maximum">The longest one.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationRangeAttribute(string minimum, string maximum)
    : ValidationAttribute($"a duration from {minimum} to {maximum}, such as 500ms, 5s, 2m, 1h or 00:00:05")
{
    /// <summary>The shortest duration.</summary>
    public string Minimum { get; } = minimum;

    /// <summary>The longest duration.</summary>
    public string Maximum { get; } = maximum;

    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is null || (value is TimeSpan span && span >= Duration.Parse(Minimum) && span <= Duration.Parse(Maximum));
}
