using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Sidecar.Proxy.Configuration;

/// <summary>Allows an IP address, <c>localhost</c> or <c>*</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListenAddressAttribute() : ValidationAttribute("an IP address, localhost or * (all addresses)")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is string text && (text is "*" or "localhost" || IPAddress.TryParse(text, out _));
}
