using System.Runtime.CompilerServices;
using Sidecar.Proxy.Upstream;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>Gives a request the retries that its route allows.</summary>
/// <param name="admission">What decides whether there is room for one.</param>
internal sealed class RetryFilter(RetryAdmission admission) : IRequestFilter
{
    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        var retries = PerRoute<RetryOptions>.Of(options, static part => part.Retry, static (_, retry) => retry);
        return retries.All.Any()
            ? context => retries.For(context) is { MaxRetries: > 0 } retry && !IsUpgrade(context.Features) ? PassAsync(context, next, retry) : next(context)
            : next;
    }

    [AsyncMethodBuilder(typeof(PooledTask))]
    private async ValueTask PassAsync(HttpContext context, RequestHandler next, RetryOptions options)
    {
        var rules = ForwardingRules.Of(context);
        using var retries = new RequestRetries(context, rules, options, admission);
        rules.Retries = retries;
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.GetRequiredFeature<RequestRecord>().Target is Target target)
                admission.AddRequest(target.Cluster);
        }
    }

    private static bool IsUpgrade(IFeatureCollection features) =>
        features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } || features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
}
