using Sidecar.Proxy.Pipeline;

namespace Sidecar.Proxy.Security.Transport;

/// <summary>Says over TLS that there is nothing else. A second header would not count (RFC 6797, section 8.1), so the application's own is replaced.</summary>
internal sealed class HstsFilter : IRequestFilter
{
    /// <inheritdoc />
    public RequestDelegate Apply(RequestDelegate next, SidecarOptions options)
    {
        if (options.Security.Hsts is not { } hsts || !options.Listener.Tls.IsOn)
            return next;
        var value = hsts.HeaderValue;
        Func<object, Task> say = context =>
        {
            ((HttpContext)context).Response.Headers.StrictTransportSecurity = value;
            return Task.CompletedTask;
        };
        return context =>
        {
            if (context.Request.IsHttps)
                context.Response.OnStarting(say, context);
            return next(context);
        };
    }
}
