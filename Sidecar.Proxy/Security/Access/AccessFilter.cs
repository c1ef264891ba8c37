using Sidecar.Proxy.Security.ApiKeys;
using Sidecar.Proxy.Security.Jwt;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Security.Access;

/// <summary>Lets in who may, and rejects everybody else.</summary>
/// <param name="keySets">Issuers' keys.</param>
/// <param name="rings">API keys.</param>
/// <param name="metrics">Where rejections are counted.</param>
/// <param name="time">The clock.</param>
internal sealed class AccessFilter(KeySets keySets, ApiKeyRings rings, AccessMetrics metrics, TimeProvider time) : IRequestFilter
{
    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        var security = options.Security;
        if (security is { Access: null, Addresses: null, Jwt: null, ApiKeys: null } && options.Routes.All(route => route.Access is null))
        {
            rings.Make(null);
            return next;
        }

        var evaluator = new AccessEvaluator(options, new Authenticator(security, keySets, rings, time));
        return context => PassAsync(context, evaluator, next);
    }

    private ValueTask PassAsync(HttpContext context, AccessEvaluator evaluator, RequestHandler next)
    {
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var judgement = evaluator.EvaluateAsync(context, record);
        return judgement.IsCompletedSuccessfully ? ConcludeAsync(context, record, judgement.Result, next) : AwaitAsync();

        async ValueTask AwaitAsync() => await ConcludeAsync(context, record, await judgement, next);
    }

    private ValueTask ConcludeAsync(HttpContext context, RequestRecord record, Denial? denial, RequestHandler next)
    {
        if (denial is null)
            return next(context);
        metrics.Deny(denial.Reason, context.Features.Get<Route>()?.Options.Name);
        record.Note("sidecar.access.denied", denial.Reason);
        return context.FailAsync(denial.Error, denial.Description, denial.Challenge is { } challenge ? ("WWW-Authenticate", challenge) : null);
    }
}
