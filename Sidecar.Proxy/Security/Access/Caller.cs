using Sidecar.Proxy.Security.Jwt;

namespace Sidecar.Proxy.Security.Access;

/// <summary>What is proven of who sent a request.</summary>
/// <param name="Identity">The identity of its certificate, or null.</param>
/// <param name="Token">Its token, verified, or null.</param>
/// <param name="Key">The name of its API key, or null.</param>
/// <param name="TokenFailure">Why a token that came with it does not hold, or null.</param>
/// <param name="KeyFailure">Why an API key that came with it does not hold, or null.</param>
internal sealed record Caller(string? Identity, VerifiedToken? Token, string? Key, CredentialFailure? TokenFailure, CredentialFailure? KeyFailure)
{
    /// <summary>Of whom nothing is proven.</summary>
    public static Caller Unknown { get; } = new(null, null, null, null, null);

    /// <summary>Why credentials that came with it do not hold, or null.</summary>
    public CredentialFailure? Failure => Ambiguity ?? TokenFailure ?? KeyFailure;

    /// <summary>Why it cannot be said which credentials it came with, or null. Then no others help.</summary>
    public CredentialFailure? Ambiguity =>
        TokenFailure == CredentialFailure.AmbiguousToken ? TokenFailure : KeyFailure == CredentialFailure.AmbiguousKey ? KeyFailure : null;

    /// <summary>Who it is, in one word; for limits and logs.</summary>
    public string? Name => Identity ?? Token?.Identity ?? (Key is null ? null : $"key:{Key}");
}
