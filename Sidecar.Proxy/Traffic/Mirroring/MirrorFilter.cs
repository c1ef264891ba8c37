using System.Collections.Concurrent;
using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>Has copies of requests sent where their routes say.</summary>
/// <param name="sender">Who sends them.</param>
/// <param name="metrics">Where those are counted that are not sent.</param>
/// <param name="bodies">What bodies are kept in.</param>
/// <param name="limits">How many copies of all routes' requests there may be.</param>
internal sealed class MirrorFilter(MirrorSender sender, MirrorMetrics metrics, BodyBudgets bodies, ResourceLimits limits) : IRequestFilter
{
    private readonly MirrorSlots _all = new();
    private readonly int _mirrors = limits.Mirrors;
    private readonly ConcurrentDictionary<string, MirrorSlots> _slots = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        if (!options.Routes.Any(route => route.Mirror is { Percent: > 0 }))
            return next;
        return context => context.Features.Get<Route>() is { Options.Mirror: not null } route ? PassAsync(context, route.Options, next) : next(context);
    }

    private ValueTask PassAsync(HttpContext context, RouteOptions route, RequestHandler next)
    {
        var mirror = route.Mirror!;
        if (Random.Shared.NextDouble() * 100 >= mirror.Percent || IsUpgrade(context))
            return next(context);
        if (context.Request.ContentLength > mirror.MaxBodyBytes)
        {
            metrics.Skipped(route.Name, MirrorSkip.TooLarge);
            return next(context);
        }

        var slots = _slots.GetOrAdd(route.Name, static (_, policy) => new(policy._all, policy._mirrors), this);
        if (!slots.TryEnter(mirror.MaxConcurrent))
        {
            metrics.Skipped(route.Name, MirrorSkip.Busy);
            return next(context);
        }

        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var copy = new PendingCopy(RequestCopy.Of(context, record), route, slots, bodies.Mirrors, sender);
        record.Note("sidecar.mirrored", true);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            return RecordAsync(context, copy, next);
        copy.Send(null);
        return next(context);
    }

    private async ValueTask RecordAsync(HttpContext context, PendingCopy copy, RequestHandler next)
    {
        var body = context.Request.Body;
        var recorded = new RecordedBody(body, copy);
        context.Request.Body = recorded;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Body = body;
            if (!recorded.IsComplete)
            {
                copy.Drop();
                metrics.Skipped(copy.Route.Name, recorded.Skip ?? MirrorSkip.Incomplete);
            }
        }
    }

    private static bool IsUpgrade(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
}
