using System.ComponentModel.DataAnnotations;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Security.ApiKeys;

/// <summary>One key.</summary>
public sealed record ApiKeyEntryOptions
{
    /// <summary>Whose key it is, in <c>Access</c> and in logs.</summary>
    [Required(ErrorMessage = "a name of at least one character")]
    public string Name { get; init; } = "";

    /// <summary>The key's SHA-256, as 64 hexadecimal digits. The key itself must be long and random, for there is no salt: 32 random bytes, not a password.</summary>
    [Secret]
    [Required(ErrorMessage = "the SHA-256 of the key, as 64 hexadecimal digits")]
    [RegularExpression("[0-9a-fA-F]{64}", ErrorMessage = "the SHA-256 of the key, as 64 hexadecimal digits")]
    public string Hash { get; init; } = "";
}
