using System.Collections.Concurrent;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Security.Access;

/// <summary>Decides whether a request may pass. Made for one configuration.</summary>
internal sealed class AccessEvaluator
{
    private readonly SidecarOptions _options;
    private readonly Authenticator _authenticator;
    private readonly OwnedHeaders? _owned;
    private readonly AccessRule? _rule;
    private readonly ConcurrentDictionary<AccessOptions, AccessRule> _rules = new(ReferenceEqualityComparer.Instance);
    private readonly AmbiguityGuard? _guard;

    /// <summary>Prepares it.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="authenticator">Who finds out who is asking.</param>
    public AccessEvaluator(SidecarOptions options, Authenticator authenticator)
    {
        (_options, _authenticator) = (options, authenticator);
        var security = options.Security;
        _owned = security.Jwt is { ClaimHeaders.Count: > 0 } jwt ? new(jwt.ClaimHeaders.Keys) : null;
        // Whoever configures credentials asks for them.
        var access = security.Access ?? (AsksForCredentials ? new AccessOptions() : null);
        if (access is not null)
            _rule = Rule(access);
        _guard = AmbiguityGuard.Of(options, access);
    }

    private bool AsksForCredentials => _options.Security.Jwt is not null || _options.Security.ApiKeys is not null;

    /// <summary>Decides.</summary>
    /// <param name="context">The request; when it may pass, the application is told of the caller in it.</param>
    /// <param name="record">The same.</param>
    /// <returns>Why it may not pass, or null. It ends at once unless keys have to be fetched.</returns>
    public async ValueTask<Denial?> EvaluateAsync(HttpContext context, RequestRecord record)
    {
        var headers = context.Request.Headers;
        if (_owned is not null)
        {
            context.Features.Set(_owned);
            _owned.Drop(headers);
        }

        var own = context.Features.Get<Route>()?.Options.Access;
        var rule = own is null ? _rule : Rule(own);
        var addresses = _options.Security.Addresses;
        var address = addresses is not null || rule is { AsksForAddress: true } ? ClientAddress.Of(record, headers, _options.Headers) : null;
        if (addresses is not null && !addresses.Allows(address))
            return Denial.Address;
        if (_guard?.Judge(context, record) is { } ambiguous)
            return ambiguous;
        if (rule is null)
            return null;
        var isPreflight = rule.Options is { Preflights: true, Anonymous: false } && IsPreflight(context.Request);
        if (isPreflight || rule.Options.Anonymous || !rule.Options.External)
            context.Features.Set(ExternalExemption.Instance);
        if (isPreflight)
        {
            // Whoever calls itself a browser's question may bring credentials all the same.
            _authenticator.Introduce(context, record, Caller.Unknown);
            return null;
        }

        var caller = await _authenticator.IdentifyAsync(context, record);
        if (!rule.Allows(caller, address))
            return rule.Reject(caller);
        _authenticator.Introduce(context, record, caller, rule.Options.Anonymous);
        Report(record, caller);
        return null;
    }

    private AccessRule Rule(AccessOptions options) =>
        _rules.GetOrAdd(options, static (options, security) => new(options, security.Jwt is not null, security.ApiKeys is not null), _options.Security);

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    private static void Report(RequestRecord record, Caller caller)
    {
        record.Identity = caller.Name;
        if (caller.Token is { } token)
            record.Note("sidecar.jwt.issuer", token.IssuerName);
        if (caller.Token?.Subject is { } subject)
            record.Note("enduser.id", subject);
        if (caller.Key is { } key)
            record.Note("sidecar.api_key.name", key);
    }
}
