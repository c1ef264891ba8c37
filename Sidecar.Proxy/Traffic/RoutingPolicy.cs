using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Traffic.Routing;

namespace Sidecar.Proxy.Traffic;

/// <summary>Finds the route of each request, which decides what the policies behind it do.</summary>
/// <param name="clusters">Where routes lead.</param>
internal sealed class RoutingPolicy(Clusters clusters) : IPolicy
{
    /// <inheritdoc />
    public RequestDelegate Apply(RequestDelegate next, SidecarOptions options)
    {
        if (options.Routes.Count == 0)
            return next;
        Route[] routes = [.. options.Routes.Select(route => new Route(route, options.Headers))];
        var looksAtPaths = options.Routes.Any(route => route.Match.LooksAtPath);
        return context => PassAsync(context, routes, looksAtPaths, next);
    }

    private Task PassAsync(HttpContext context, Route[] routes, bool looksAtPaths, RequestDelegate next)
    {
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var path = RequestPath.Normalize(record.Path);
        // Which route /public/../admin takes must not depend on whether the application resolves it.
        if (looksAtPaths && RequestPath.HasDotSegment(path))
            return context.FailAsync(ProxyError.RequestError, "the path has a dot segment, and routes go by the path");
        foreach (var route in routes)
        {
            if (!route.Matches(context, record, path))
                continue;
            var taken = route.Take(context, record, path);
            taken.Destination(clusters);
            context.Features.Set(taken);
            record.Route = route.Options.Name;
            record.Note("sidecar.route", route.Options.Name);
            break;
        }

        return next(context);
    }
}
