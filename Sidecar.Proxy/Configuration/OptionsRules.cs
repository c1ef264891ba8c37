namespace Sidecar.Proxy.Configuration;

/// <summary>What has to fit together in a section of options.</summary>
internal static class OptionsRules
{
    /// <summary>Reports the rules that are broken.</summary>
    /// <param name="rules">For each the key to blame, and what is allowed there, or <see langword="null" /> where the rule is kept.</param>
    public static IEnumerable<ValidationResult> Broken(params IEnumerable<(string Key, string? Allowed)> rules) =>
        rules.Where(static rule => rule.Allowed is not null).Select(static rule => new ValidationResult(rule.Allowed, [rule.Key]));

    /// <summary>Counts the values of which only so many may be given.</summary>
    public static int Given(params ReadOnlySpan<object?> values)
    {
        var count = 0;
        foreach (var value in values)
            count += value is null ? 0 : 1;
        return count;
    }
}
