namespace Sidecar.Proxy.Configuration;

/// <summary>Durations as operators write them: <c>500ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>, <c>7d</c>, or .NET's own <c>00:00:05</c>.</summary>
public static class Duration
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads a duration.</summary>
    /// <returns>Whether it is a duration that is not negative.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (suffix, unit) in Units)
        {
            // A bare digit before the suffix tells "5s" from .NET's formats, and "5ms" from "5m" + "s".
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count <= TimeSpan.MaxValue / unit / 2)
            {
                duration = unit * count;
                return true;
            }
        }

        // TimeSpan reads a lone "5" as five days; nobody means that.
        duration = default;
        return text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero;
    }

    /// <summary>Writes a duration as <see cref="TryParse"/> reads it.</summary>
    /// <returns>A whole number with the largest unit that leaves one, or a fraction of milliseconds.</returns>
    public static string Format(TimeSpan duration)
    {
        var (suffix, unit) = duration == TimeSpan.Zero ? Units[1] : Units.LastOrDefault(unit => duration.Ticks % unit.Unit.Ticks == 0, Units[0]);
        return string.Create(CultureInfo.InvariantCulture, $"{duration / unit}{suffix}");
    }

    /// <summary>Writes a duration that was measured, in whole milliseconds.</summary>
    /// <returns>As <see cref="Format"/> would.</returns>
    public static string FormatMeasured(TimeSpan duration) => Format(TimeSpan.FromMilliseconds(Math.Ceiling(duration.TotalMilliseconds)));

    /// <summary>Reads a duration that is known to be one.</summary>
    /// <returns>What it means.</returns>
    /// <exception cref="FormatException">It is not a duration.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"'{text}' is not a duration.");
}

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
