using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>Allows one or more absolute http or https URLs with neither user, query nor fragment, each with a weight if wanted.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TargetUrlsAttribute() : ValidationAttribute("an absolute http or https URL such as http://localhost:8080, or several, comma-separated, each with ;weight=1 to ;weight=1000 if wanted")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is IReadOnlyList<string> { Count: > 0 } targets && targets.All(text => TargetUrl.TryParse(text, out _));
}
