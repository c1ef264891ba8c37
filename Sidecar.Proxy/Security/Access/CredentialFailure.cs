namespace Sidecar.Proxy.Security.Access;

/// <summary>Why credentials do not hold.</summary>
/// <param name="Reason">One word for it, in metrics and logs.</param>
/// <param name="Description">A sentence, which the client may read; nothing of the credentials is in it.</param>
internal sealed record CredentialFailure(string Reason, string Description)
{
    /// <summary>There is more than one where one is allowed: which of them the application would read, nobody knows.</summary>
    public static CredentialFailure AmbiguousToken { get; } = new("token_ambiguous", "The token is there more than once.");

    /// <summary>The token is longer than allowed.</summary>
    public static CredentialFailure TooLarge { get; } = new("token_too_large", "The token is too long.");

    /// <summary>It is no signed JWT.</summary>
    public static CredentialFailure Malformed { get; } = new("token_malformed", "The token is not a signed JWT.");

    /// <summary>Its algorithm is not allowed.</summary>
    public static CredentialFailure Algorithm { get; } = new("token_algorithm", "The token's algorithm is not accepted.");

    /// <summary>It is a JWT of another kind.</summary>
    public static CredentialFailure Type { get; } = new("token_type", "The token's type is not accepted.");

    /// <summary>It demands what is not understood (RFC 7515, section 4.1.11).</summary>
    public static CredentialFailure Critical { get; } = new("token_critical", "The token has critical extensions that are not understood.");

    /// <summary>Nobody knows who issued it.</summary>
    public static CredentialFailure Issuer { get; } = new("token_issuer", "The token's issuer is not known.");

    /// <summary>Its issuer has no key for it.</summary>
    public static CredentialFailure UnknownKey { get; } = new("token_key", "The token's key is not known.");

    /// <summary>The signature does not hold.</summary>
    public static CredentialFailure Signature { get; } = new("token_signature", "The token's signature does not hold.");

    /// <summary>It is for somebody else.</summary>
    public static CredentialFailure Audience { get; } = new("token_audience", "The token is for another audience.");

    /// <summary>It has expired.</summary>
    public static CredentialFailure Expired { get; } = new("token_expired", "The token has expired.");

    /// <summary>It is not valid yet.</summary>
    public static CredentialFailure NotYetValid { get; } = new("token_not_yet_valid", "The token is not valid yet.");

    /// <summary>The issuer's keys have never been fetched. Not the client's fault.</summary>
    public static CredentialFailure KeysUnavailable { get; } = new("keys_unavailable", "The issuer's keys could not be fetched yet.");

    /// <summary>There is more than one API key.</summary>
    public static CredentialFailure AmbiguousKey { get; } = new("key_ambiguous", "The API key is there more than once.");

    /// <summary>No API key of this value.</summary>
    public static CredentialFailure ApiKey { get; } = new("key_unknown", "The API key is not known.");
}
