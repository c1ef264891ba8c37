using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Allows regular expressions whose time grows with the text alone, whatever a client sends.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute() : ValidationAttribute("a regular expression of at most 1000 characters, without back-references and look-arounds")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null || (value is string pattern && Pattern.TryCompile(pattern, false, out _));
}
