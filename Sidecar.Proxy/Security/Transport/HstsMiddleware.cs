namespace Sidecar.Proxy.Security.Transport;

/// <summary>Says over TLS that there is nothing else, also where a request is rejected. A second header would not count (RFC 6797, section 8.1), so the application's own is replaced.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="settings">The configuration.</param>
public sealed class HstsMiddleware(RequestDelegate next, SidecarSettings settings)
{
    /// <summary>Passes a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When it is over.</returns>
    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        if (settings.Current.Security.Hsts is { } hsts && context.Request.IsHttps)
            Say(context, hsts.HeaderValue);
        return next(context);
    }

    // Apart, so that what it captures is made for those requests only.
    private static void Say(HttpContext context, string value) => context.Response.OnStarting(() =>
    {
        context.Response.Headers.StrictTransportSecurity = value;
        return Task.CompletedTask;
    });
}
