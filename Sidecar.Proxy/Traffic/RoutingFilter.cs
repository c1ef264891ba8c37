using Sidecar.Proxy.Server;
using Sidecar.Proxy.Traffic.Routing;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Traffic;

/// <summary>Finds the route of each request, which decides what the policies behind it do.</summary>
internal sealed class RoutingFilter(Clusters clusters) : IRequestFilter
{
    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        if (options.Routes.Count == 0)
            return next;
        Route[] routes = [.. options.Routes.Select(route => new Route(route, options.Headers))];
        var slashes = options.Routes.Any(route => route.Match.LooksAtPath) ? new TrailingSlashes(options.Routes) : null;
        return context => PassAsync(context, routes, slashes, next);
    }

    private ValueTask PassAsync(HttpContext context, Route[] routes, TrailingSlashes? slashes, RequestHandler next)
    {
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var path = slashes is null ? record.Path : record.CanonicalPath;
        // Which route /public/../admin takes must not depend on whether the application resolves it.
        if (path is null)
            return context.FailAsync(ProxyError.RequestError, "the path has a dot segment, and routes go by the path");
        var anySlash = slashes?.Matter(path) == false;
        foreach (var route in routes)
        {
            if (!route.Matches(context, record, path, anySlash))
                continue;
            var taken = route.Take(context, record);
            taken.Find(clusters);
            context.Features.Set(taken);
            context.Features.Set<IDestination>(taken);
            record.Route = route.Options.Name;
            record.Note("sidecar.route", route.Options.Name);
            break;
        }

        return next(context);
    }
}
