using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Decides whether a token holds. Made for one configuration.</summary>
/// <param name="options">Who is believed, and what of.</param>
/// <param name="keySets">The issuers' keys.</param>
/// <param name="time">The clock.</param>
internal sealed class JwtValidator(JwtOptions options, KeySets keySets, TimeProvider time)
{
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = int.MaxValue };

    private readonly FrozenDictionary<string, JwtIssuer> _issuers = options.Issuers
        .Select(pair => new JwtIssuer(pair.Key, pair.Value, keySets.Get(pair.Value.Jwks))).ToFrozenDictionary(issuer => issuer.Issuer, StringComparer.Ordinal);
    private readonly ClaimHeaders _headers = new(options.ClaimHeaders);
    private readonly TokenCache _cache = new(options.CachedTokens);

    /// <summary>Checks a token. It ends at once unless keys have to be fetched, or the check would hold up other connections of this thread.</summary>
    /// <param name="text">The token.</param>
    /// <param name="cancellationToken">Ends the wait for keys.</param>
    /// <returns>The token, or why it does not hold.</returns>
    public ValueTask<TokenResult> ValidateAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > options.MaxTokenBytes)
            return new(CredentialFailure.TooLarge);
        var id = Digest.Of(MemoryMarshal.AsBytes(text.AsSpan()));
        if (_cache.Find(id) is { } known && ReferenceEquals(known.Keys, known.Issuer.Keys.Current))
            return new(known.Lifetime.Check(time.GetUtcNow(), known.Issuer.ClockSkew) is { } over ? over : (TokenResult)known);
        try
        {
            if (SignedToken.TryParse(text, out var token) is { } failure)
                return new(failure);
            if (token!.Issuer is not { } name || !_issuers.TryGetValue(name, out var issuer))
                return new(CredentialFailure.Issuer);
            if (!issuer.Accepts(token.Algorithm))
                return new(CredentialFailure.Algorithm);
            if (!issuer.Accepts(token.Type))
                return new(CredentialFailure.Type);
            // What is over anyway is not worth a signature check, or a fetch.
            if (!TokenLifetime.TryRead(token.Claims, out var lifetime))
                return new(CredentialFailure.Malformed);
            if (lifetime.Check(time.GetUtcNow(), issuer.ClockSkew) is { } out_)
                return new(out_);
            return !token.Algorithm.IsSlow() && issuer.Keys.Current is { } keys && keys.Candidates(token.Algorithm, token.KeyId) is { Count: > 0 } candidates
                ? VerifyAsync(id, token, issuer, lifetime, keys, candidates)
                : VerifyElsewhereAsync(id, token, issuer, lifetime, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or JsonException or FormatException)
        {
            return new(CredentialFailure.Malformed);
        }
    }

    private async ValueTask<TokenResult> VerifyElsewhereAsync(Digest id, SignedToken token, JwtIssuer issuer, TokenLifetime lifetime, CancellationToken cancellationToken)
    {
        if (await issuer.Keys.GetAsync(cancellationToken) is not { } keys)
            return CredentialFailure.KeysUnavailable;
        var candidates = keys.Candidates(token.Algorithm, token.KeyId);
        if (candidates.Count == 0)
        {
            keys = await issuer.Keys.RenewAsync(keys, cancellationToken);
            candidates = keys.Candidates(token.Algorithm, token.KeyId);
        }

        // Off the socket's thread.
        await Task.Yield();
        return candidates.Count == 0 ? CredentialFailure.UnknownKey : await VerifyAsync(id, token, issuer, lifetime, keys, candidates);
    }

    private async ValueTask<TokenResult> VerifyAsync(Digest id, SignedToken token, JwtIssuer issuer, TokenLifetime lifetime, SigningKeys keys, IReadOnlyList<SigningKey> candidates)
    {
        var result = await Handler.ValidateTokenAsync(token.Text, issuer.Parameters(candidates));
        if (!result.IsValid)
            return Failure(result.Exception);
        var verified = new VerifiedToken(issuer.Name, issuer, token.Claims, lifetime, keys, _headers.Of(token.Claims));
        _cache.Add(id, verified);
        return verified;
    }

    private static CredentialFailure Failure(Exception exception) => exception switch
    {
        SecurityTokenInvalidSignatureException => CredentialFailure.Signature,
        SecurityTokenInvalidAudienceException => CredentialFailure.Audience,
        SecurityTokenInvalidAlgorithmException => CredentialFailure.Algorithm,
        SecurityTokenInvalidIssuerException => CredentialFailure.Issuer,
        _ => CredentialFailure.Malformed,
    };
}

/// <summary>What became of a token: one of the two.</summary>
/// <param name="Token">The token, when it holds.</param>
/// <param name="Failure">Why it does not.</param>
internal readonly record struct TokenResult(VerifiedToken? Token, CredentialFailure? Failure)
{
    /// <summary>A token that does not.</summary>
    public static implicit operator TokenResult(CredentialFailure failure) => new(null, failure);

    /// <summary>A token that holds.</summary>
    public static implicit operator TokenResult(VerifiedToken token) => new(token, null);
}
