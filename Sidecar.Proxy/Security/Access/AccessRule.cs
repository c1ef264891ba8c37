using Sidecar.Proxy.Security.Jwt;

namespace Sidecar.Proxy.Security.Access;

/// <summary>Decides who may, by one set of options.</summary>
/// <param name="options">The options.</param>
/// <param name="tokens">Whether tokens are looked at.</param>
/// <param name="keys">Whether API keys are looked at.</param>
internal sealed class AccessRule(AccessOptions options, bool tokens, bool keys)
{
    private readonly string _scheme = tokens ? "Bearer" : "ApiKey";

    /// <summary>The options.</summary>
    public AccessOptions Options => options;

    /// <summary>Whether an address is asked for.</summary>
    public bool AsksForAddress { get; } = options.Allow.Any(caller => caller.Addresses.Count > 0);

    /// <summary>Whether a caller may.</summary>
    /// <param name="caller">What is proven of it.</param>
    /// <param name="address">Its address, if one is asked for.</param>
    /// <returns>Whether it may.</returns>
    public bool Allows(Caller caller, IPAddress? address)
    {
        if (options.Anonymous)
            return true;
        if (caller.Ambiguity is not null)
            return false;
        if (options.Allow.Count == 0)
            return caller.Token is not null || caller.Key is not null;
        foreach (var one in options.Allow)
        {
            if (Holds(one, caller, address))
                return true;
        }

        return false;
    }

    /// <summary>Says why a caller may not: with credentials that hold 403, else 401 where credentials could help.</summary>
    /// <param name="caller">What is proven of it.</param>
    /// <returns>Why not.</returns>
    public Denial Reject(Caller caller)
    {
        if (caller.Failure == CredentialFailure.KeysUnavailable)
            return new(SecurityErrors.KeysUnavailable, caller.Failure.Reason, caller.Failure.Description);
        var isKnown = caller.Token is not null || caller.Key is not null;
        var couldHelp = options.Allow.Count == 0 ? tokens || keys : options.Allow.Any(one => one.AsksForCredentials);
        if (caller.Ambiguity is null && (isKnown || !couldHelp))
            return caller.Token is not null ? Denial.NotAllowed with { Challenge = "Bearer error=\"insufficient_scope\"" } : Denial.NotAllowed;
        return caller.Failure is { } failure
            ? new(SecurityErrors.Unauthenticated, failure.Reason, failure.Description, tokens ? $"Bearer error=\"invalid_token\", error_description=\"{failure.Description}\"" : _scheme)
            : new(SecurityErrors.Unauthenticated, "credentials_missing", "There are no credentials.", _scheme);
    }

    private static bool Holds(CallerOptions wanted, Caller caller, IPAddress? address) =>
        (wanted.Identities.Count == 0 || (caller.Identity is { } identity && wanted.IdentityPatterns.Match(identity)))
        && (wanted.Issuers.Count == 0 || (caller.Token is { } token && (wanted.IssuerNames.Contains(token.IssuerName) || wanted.IssuerNames.Contains("*"))))
        && (wanted.Claims.Count == 0 || (caller.Token is { } claimant && wanted.Claims.All(claim => ClaimReader.Says(claimant.Claims, claim))))
        && (wanted.Keys.Count == 0 || (caller.Key is { } key && (wanted.KeyNames.Contains(key) || wanted.KeyNames.Contains("*"))))
        && (wanted.Addresses.Count == 0 || (address is not null && wanted.Networks.Contain(address)));
}
