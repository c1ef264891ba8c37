using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Security.Identity;

/// <summary>Allows SPIFFE IDs.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SpiffeIdsAttribute() : ValidationAttribute("SPIFFE IDs such as spiffe://example.org/shop, comma-separated")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is IReadOnlyList<string> ids && ids.All(SpiffeId.IsValid);
}
