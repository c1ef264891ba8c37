using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>Allows one or more absolute http or https URLs with neither user, query nor fragment.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TargetUrlsAttribute() : ValidationAttribute("an absolute http or https URL such as http://localhost:8080, or several, comma-separated")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is IReadOnlyList<string> { Count: > 0 } targets && targets.All(IsTarget);

    private static bool IsTarget(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && text.StartsWith(url.Scheme + "://", StringComparison.OrdinalIgnoreCase)
        && url is { Host.Length: > 0, Port: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 };
}
