using Sidecar.Proxy.Security.Jwt;

namespace Sidecar.Proxy.Security.Access;

/// <summary>What is proven of who sent a request.</summary>
/// <param name="Identity">The identity of its certificate, or null.</param>
/// <param name="Token">Its token, verified, or null.</param>
/// <param name="Key">The name of its API key, or null.</param>
/// <param name="Failure">Why credentials that came with it do not hold, or null.</param>
internal sealed record Caller(string? Identity, VerifiedToken? Token, string? Key, CredentialFailure? Failure)
{
    /// <summary>Of whom nothing is proven.</summary>
    public static Caller Unknown { get; } = new(null, null, null, null);

    /// <summary>Who it is, in one word; for limits and logs.</summary>
    public string? Name => Identity ?? Token?.Identity ?? (Key is null ? null : $"key:{Key}");
}
