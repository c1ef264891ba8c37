using System.Collections.Frozen;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Traffic.Rewriting;

/// <summary>Answers the requests of routes that lead elsewhere.</summary>
internal sealed class RedirectFilter : IRequestFilter
{
    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        var redirects = options.Routes.Where(route => route.Redirect is not null).ToFrozenDictionary(route => route.Name, route => new Redirect(route), StringComparer.OrdinalIgnoreCase);
        return redirects.Count == 0 ? next : context => PassAsync(context, redirects, next);
    }

    private static ValueTask PassAsync(HttpContext context, FrozenDictionary<string, Redirect> redirects, RequestHandler next)
    {
        if (context.Features.Get<Route>() is not { Options.Redirect: not null } route)
            return next(context);
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        // Without one the path would begin where the host is read.
        if (record.Host.Length == 0 && route.Options.Redirect is { Scheme: not null, Host: null })
            return context.FailAsync(ProxyError.RequestError, "there is no host to redirect to");
        var response = context.Response;
        response.StatusCode = route.Options.Redirect.StatusCode;
        response.ContentLength = 0;
        response.Headers.Location = redirects[route.Options.Name].Location(record);
        if (record.RequestId is { } id)
            response.Headers["X-Request-Id"] = id;
        record.Edits?.Response?.Apply(response.Headers);
        return default;
    }
}
