using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Pipeline;

namespace Sidecar.Proxy.Traffic;

/// <summary>Finds the route of each request, which decides what the policies behind it do.</summary>
internal sealed class RoutingPolicy : IPolicy
{
    /// <inheritdoc />
    public RequestDelegate Apply(RequestDelegate next, SidecarOptions options)
    {
        if (options.Routes.Count == 0)
            return next;
        Route[] routes = [.. options.Routes.Select(route => new Route(route))];
        return context => PassAsync(context, routes, next);
    }

    private static Task PassAsync(HttpContext context, Route[] routes, RequestDelegate next)
    {
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        foreach (var route in routes)
        {
            if (!route.Matches(record.Path))
                continue;
            context.Features.Set(route);
            record.Note("sidecar.route", route.Options.Name);
            break;
        }

        return next(context);
    }
}
