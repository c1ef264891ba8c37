using System.ComponentModel.DataAnnotations;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Allows paths as they stand in a request: encoded, without query and fragment.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequestPathAttribute() : ValidationAttribute("a path such as /api, percent-encoded where it must be, without dot segments, query or fragment")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is null || (value is string path && path.StartsWith('/') && HttpGrammar.IsTarget(path) && !path.Contains('?') && RequestPath.Canonicalize(path) is not null);
}
