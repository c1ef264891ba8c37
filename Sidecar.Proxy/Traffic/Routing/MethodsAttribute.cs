using System.ComponentModel.DataAnnotations;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Allows methods; without lower-case letters, for a method is what its letters are.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MethodsAttribute() : ValidationAttribute("methods such as GET, POST, in upper case, comma-separated")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is IReadOnlyList<string> methods && methods.All(method => HttpGrammar.IsToken(method) && !method.Any(char.IsAsciiLetterLower));
}
