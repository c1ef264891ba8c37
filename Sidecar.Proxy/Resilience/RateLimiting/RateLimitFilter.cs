using Sidecar.Proxy.Server;
using Sidecar.Proxy.Server.Listening;

namespace Sidecar.Proxy.Resilience.RateLimiting;

/// <summary>Turns away whoever sends too much.</summary>
/// <param name="time">The clock.</param>
/// <param name="metrics">Where it is counted.</param>
internal sealed class RateLimitFilter(TimeProvider time, LimitMetrics metrics) : IRequestFilter
{
    private Dictionary<(string? Route, RateLimitOptions Options), TokenBuckets> _inForce = [];

    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        var before = _inForce;
        _inForce = [];
        var limits = PerRoute<TokenBuckets[]>.Of(options, static part => part.RateLimits, (route, all) => [.. all.Distinct().Select(one => Keep(before, route, one))]);
        return _inForce.Count == 0 ? next : context => PassAsync(context, limits.For(context) ?? [], options, next);
    }

    /// <summary>A limit that a reload leaves as it is lives on with what it has counted.</summary>
    private TokenBuckets Keep(Dictionary<(string? Route, RateLimitOptions Options), TokenBuckets> before, string? route, RateLimitOptions options)
    {
        var key = (route, options);
        if (!_inForce.TryGetValue(key, out var buckets) && !before.TryGetValue(key, out buckets))
            buckets = new(route, options, time);
        return _inForce[key] = buckets;
    }

    private ValueTask PassAsync(HttpContext context, TokenBuckets[] limits, SidecarOptions options, RequestHandler next)
    {
        if (limits.Length == 0)
            return next(context);
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var urgency = Urgencies.Of(context, record, options);
        var address = ClientAddress.Of(record, context.Request.Headers, options.Headers) ?? record.ClientAddress;
        foreach (var limit in limits)
        {
            if (!limit.TryTake(ClientKey.Of(limit.Options, context, record, address), ClientKey.NetworkOf(address), urgency, out var wait))
                return RejectAsync(context, record, limit, wait);
        }

        return next(context);
    }

    private ValueTask RejectAsync(HttpContext context, RequestRecord record, TokenBuckets limit, TimeSpan wait)
    {
        record.Note("sidecar.limited_by", limit.Kind);
        metrics.Reject(limit.Kind, limit.Route);
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        return context.FailAsync(LimitErrors.TooManyRequests, limit.Excess, ("Retry-After", seconds.ToString(CultureInfo.InvariantCulture)));
    }
}
