using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>What became of a token: one of the two.</summary>
/// <param name="Token">The token, when it holds.</param>
/// <param name="Failure">Why it does not.</param>
internal readonly record struct TokenResult(VerifiedToken? Token, CredentialFailure? Failure)
{
    /// <summary>A token that holds.</summary>
    /// <param name="token">The token.</param>
    public TokenResult(VerifiedToken token)
        : this(token, null)
    {
    }

    /// <summary>A token that does not.</summary>
    /// <param name="failure">Why.</param>
    public static implicit operator TokenResult(CredentialFailure failure) => new(null, failure);

    /// <summary>A token that holds.</summary>
    /// <param name="token">The token.</param>
    public static implicit operator TokenResult(VerifiedToken token) => new(token, null);
}
