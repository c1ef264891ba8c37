using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>Allows an IP address, with a port or without.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NameServerAttribute() : ValidationAttribute("an IP address such as 10.96.0.10 or 10.96.0.10:53")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null || (value is string text && IPEndPoint.TryParse(text, out _));
}
