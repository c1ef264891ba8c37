using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Traffic.LoadBalancing;

/// <summary>Allows <c>address</c>, <c>header:NAME</c> and <c>cookie:NAME</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HashSourceAttribute() : ValidationAttribute("address, header:NAME or cookie:NAME")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null || HashSource.TryParse(value as string, out _);
}
