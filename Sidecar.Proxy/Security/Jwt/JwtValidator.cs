using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Decides whether a token holds. Made for one configuration.</summary>
internal sealed class JwtValidator
{
    private readonly FrozenDictionary<string, JwtIssuer> _issuers;
    private readonly JwtOptions _options;
    private readonly ClaimHeaders _headers;
    private readonly TokenCache _cache;
    private readonly TimeProvider _time;

    /// <summary>Prepares it.</summary>
    /// <param name="options">Who is believed, and what of.</param>
    /// <param name="keySets">The issuers' keys.</param>
    /// <param name="time">The clock.</param>
    public JwtValidator(JwtOptions options, KeySets keySets, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _issuers = options.Issuers.Select(pair => new JwtIssuer(pair.Key, pair.Value, keySets.Get(pair.Value.Jwks))).ToFrozenDictionary(issuer => issuer.Issuer, StringComparer.Ordinal);
        _headers = new(options.ClaimHeaders);
        _cache = new(options.CachedTokens);
    }

    /// <summary>Checks a token. It ends at once unless keys have to be fetched, or the check would hold up other connections of this thread.</summary>
    /// <param name="text">The token.</param>
    /// <param name="cancellationToken">Ends the wait for keys.</param>
    /// <returns>The token, or why it does not hold.</returns>
    public ValueTask<TokenResult> ValidateAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > _options.MaxTokenBytes)
            return new(CredentialFailure.TooLarge);
        var id = TokenId.Of(text);
        if (_cache.Find(id) is { } known && ReferenceEquals(known.Keys, known.Issuer.Keys.Current))
            return new(known.Lifetime.Check(_time.GetUtcNow(), known.Issuer.ClockSkew) is { } over ? over : new TokenResult(known));
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
            if (lifetime.Check(_time.GetUtcNow(), issuer.ClockSkew) is { } out_)
                return new(out_);
            return !token.Algorithm.IsSlow() && issuer.Keys.Current is { } keys && keys.Candidates(token.Algorithm, token.KeyId) is { Count: > 0 } candidates
                ? new(Verify(id, token, issuer, lifetime, keys, candidates))
                : VerifyElsewhereAsync(id, token, issuer, lifetime, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or JsonException or FormatException or CryptographicException)
        {
            return new(CredentialFailure.Malformed);
        }
    }

    private async ValueTask<TokenResult> VerifyElsewhereAsync(TokenId id, SignedToken token, JwtIssuer issuer, TokenLifetime lifetime, CancellationToken cancellationToken)
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
        return candidates.Count == 0 ? CredentialFailure.UnknownKey : Verify(id, token, issuer, lifetime, keys, candidates);
    }

    private TokenResult Verify(TokenId id, SignedToken token, JwtIssuer issuer, TokenLifetime lifetime, SigningKeys keys, IReadOnlyList<SigningKey> candidates)
    {
        if (!candidates.Any(key => key.Verify(token.Algorithm, token.Signed, token.Signature)))
            return CredentialFailure.Signature;
        if (!issuer.Accepts(token.Claims))
            return CredentialFailure.Audience;
        var verified = new VerifiedToken(issuer.Name, issuer, token.Claims, lifetime, keys, _headers.Of(token.Claims));
        _cache.Add(id, verified);
        return verified;
    }
}
