namespace Sidecar.Proxy.Security.Transport;

/// <summary>Says over TLS that there is nothing else, also where a request is rejected. A second header would not count (RFC 6797, section 8.1), so the application's own is replaced.</summary>
internal sealed class HstsFilter : IRequestFilter
{
    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options) => options.Security.Hsts is not { HeaderValue: var value } ? next : context =>
    {
        if (context.Request.IsHttps)
            Say(context, value);
        return next(context);
    };

    // Apart, so that what it captures is made for those requests only.
    private static void Say(HttpContext context, string value) => context.Response.OnStarting(() =>
    {
        context.Response.Headers.StrictTransportSecurity = value;
        return Task.CompletedTask;
    });
}
