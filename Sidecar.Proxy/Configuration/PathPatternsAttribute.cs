using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>Allows paths in which at least one segment is in braces.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PathPatternsAttribute() : ValidationAttribute("paths with the secret segment in braces, such as /reset/{{token}}, comma-separated")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is IReadOnlyList<string> patterns && patterns.All(IsPattern);

    private static bool IsPattern(string pattern) =>
        pattern.StartsWith('/') && pattern.Split('/').Any(segment => segment is ['{', _, .., '}']);
}
