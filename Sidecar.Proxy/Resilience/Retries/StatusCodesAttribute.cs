using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>Allows status codes of failures, or none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StatusCodesAttribute() : ValidationAttribute("status codes from 400 to 599, comma-separated")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is IReadOnlyList<int> codes && codes.All(code => code is >= 400 and <= 599);
}
