namespace Sidecar.Proxy.Server.Listening;

/// <summary>Answers what comes in on the redirecting port: 308, which keeps method and body (RFC 9110, section 15.4.9).</summary>
internal sealed class HttpsRedirectFilter : IRequestFilter
{
    private const int DefaultPort = 443;

    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options) =>
        context => context.Features.Get<HttpsRedirectOptions>() is { } redirect ? RedirectAsync(context, redirect) : next(context);

    private static ValueTask RedirectAsync(HttpContext context, HttpsRedirectOptions redirect)
    {
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var host = new HostString(record.Host).Host;
        if (host.Length == 0)
            return context.FailAsync(ProxyError.RequestError, "there is no host to redirect to");
        var port = redirect.HttpsPort == DefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{redirect.HttpsPort}");
        var path = record.Path.StartsWith('/') ? record.Path : "/";
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = $"https://{host}{port}{path}{record.Query}";
        context.Response.ContentLength = 0;
        if (record.RequestId is { } id)
            context.Response.Headers["X-Request-Id"] = id;
        return default;
    }
}
