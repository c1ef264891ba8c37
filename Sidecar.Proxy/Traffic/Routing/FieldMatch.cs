using System.Text.RegularExpressions;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>What a header, a parameter or a cookie must be like, ready to be compared.</summary>
/// <param name="options">What is configured.</param>
internal sealed class FieldMatch(FieldMatchOptions options)
{
    private readonly Regex? _regex = Pattern.Compile(options.Regex);

    /// <summary>Its name.</summary>
    public string Name => options.Name;

    /// <summary>Compares a value.</summary>
    /// <param name="value">The value, or null when it is not there.</param>
    /// <returns>Whether it is as it must be.</returns>
    public bool Matches(string? value) => Is(value) != options.Invert;

    private bool Is(string? value)
    {
        if (options.Present is { } present)
            return present == (value is not null);
        if (value is null)
            return false;
        if (options.Exact is not null)
            return value == options.Exact;
        return options.Prefix is not null ? value.StartsWith(options.Prefix, StringComparison.Ordinal) : _regex!.IsMatch(value);
    }
}
