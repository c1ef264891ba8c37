using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>Gives a request the retries that its route allows.</summary>
/// <param name="gate">What decides whether there is room for one.</param>
internal sealed class RetryPolicy(RetryGate gate) : IPolicy
{
    /// <inheritdoc />
    public RequestDelegate Apply(RequestDelegate next, SidecarOptions options)
    {
        var everywhere = options.Resilience.Retry;
        return everywhere is null && options.Routes.All(route => route.Resilience?.Retry is null)
            ? next
            : context => PassAsync(context, everywhere, next);
    }

    private Task PassAsync(HttpContext context, RetryOptions? everywhere, RequestDelegate next)
    {
        var options = context.Features.Get<Route>()?.Options.Resilience?.Retry ?? everywhere;
        return options is { MaxRetries: > 0 } && !IsUpgrade(context.Features) ? PassAsync(context, next, options) : next(context);
    }

    private async Task PassAsync(HttpContext context, RequestDelegate next, RetryOptions options)
    {
        var rules = ForwardingRules.Of(context);
        using var retries = new RequestRetries(context, rules, options, gate);
        rules.Retries = retries;
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.GetRequiredFeature<RequestRecord>().Target is { } target)
                gate.AddRequest(target.Cluster);
        }
    }

    private static bool IsUpgrade(IFeatureCollection features) =>
        features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } || features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
}
