using Sidecar.Proxy.Traffic;
using Sidecar.Proxy.Upstream;

namespace Sidecar.Proxy.Resilience.Timeouts;

/// <summary>Says how long a request may take, by its route and by its client's deadline. The transports keep to it.</summary>
internal sealed class TimeoutFilter : IRequestFilter
{
    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        var everywhere = options.Resilience.Timeouts;
        return everywhere is null && options.Routes.All(route => route.Resilience?.Timeouts is null)
            ? next
            : context => PassAsync(context, everywhere, next);
    }

    private static ValueTask PassAsync(HttpContext context, TimeoutOptions? everywhere, RequestHandler next)
    {
        var here = context.Features.Get<Route>()?.Options.Resilience?.Timeouts;
        if (here is null && everywhere is null)
            return next(context);

        var rules = ForwardingRules.Of(context);
        rules.Connect = here?.Connect ?? everywhere?.Connect;
        rules.Attempt = here?.Attempt ?? everywhere?.Attempt;
        rules.Total = here?.Total ?? everywhere?.Total;
        if ((here?.ClientDeadline ?? everywhere?.ClientDeadline ?? true) && GrpcTimeout.TryParse(context.Request.Headers[GrpcTimeout.Header], out var deadline))
            rules.ClientDeadline = deadline;
        return next(context);
    }
}
