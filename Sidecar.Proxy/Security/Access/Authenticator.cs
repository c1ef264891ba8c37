using Sidecar.Proxy.Security.ApiKeys;
using Sidecar.Proxy.Security.Jwt;

namespace Sidecar.Proxy.Security.Access;

/// <summary>Finds out what a request proves of who sent it. Made for one configuration.</summary>
internal sealed class Authenticator(SecurityOptions options, KeySets keySets, ApiKeyRings rings, TimeProvider time)
{
    private readonly CredentialHeader? _keyHeader = options.ApiKeys is { } keys ? new(keys.Header) : null;
    private readonly ApiKeyRing? _keys = rings.Make(options.ApiKeys);
    private readonly TokenSource? _source = options.Jwt is { } jwt ? new(jwt) : null;
    private readonly JwtValidator? _tokens = options.Jwt is { } jwt ? new(jwt, keySets, time) : null;

    /// <summary>Looks at all credentials that are there.</summary>
    /// <returns>What holds of them.</returns>
    public async ValueTask<Caller> IdentifyAsync(HttpContext context, RequestRecord record)
    {
        var headers = context.Request.Headers;
        var (token, tokenFailure) = _source is null ? default : await FindTokenAsync(headers, record, context.RequestAborted);
        var (key, keyFailure) = FindKey(headers);
        return new(record.Identity, token, key, tokenFailure, keyFailure);
    }

    /// <summary>Takes out of a request what the application is not to see, and tells it what the token says.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">The same.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="isAnonymous">Whether nobody relies on credentials here, so that those that do not hold are the application's business. Elsewhere what is not proven stays behind.</param>
    public void Introduce(HttpContext context, RequestRecord record, Caller caller, bool isAnonymous = false)
    {
        var headers = context.Request.Headers;
        if (options.Jwt is { Forward: false } || (caller.Token is null && !isAnonymous))
            _source?.Remove(headers, record);
        if (options.ApiKeys is { Forward: false } || (caller.Key is null && !isAnonymous))
            _keyHeader?.Remove(headers);
        foreach (var (name, value) in caller.Token?.Headers ?? [])
            headers[name] = value;
    }

    private async ValueTask<TokenResult> FindTokenAsync(IHeaderDictionary headers, RequestRecord record, CancellationToken cancellationToken)
    {
        if (_source!.TryFind(headers, record, out var token) is { } failure)
            return failure;
        return token is null ? default : await _tokens!.ValidateAsync(token, cancellationToken);
    }

    private (string? Name, CredentialFailure? Failure) FindKey(IHeaderDictionary headers)
    {
        if (_keys is null || _keyHeader!.Find(headers) is not { Count: > 0 } values)
            return default;
        // Which of several the application would read, nobody knows.
        if (values.Count > 1)
            return (null, CredentialFailure.AmbiguousKey);
        return _keys.Find(values[0] ?? "") is { } name ? (name, null) : (null, CredentialFailure.ApiKey);
    }
}
