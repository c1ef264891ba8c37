namespace Sidecar.Proxy.Server.Listening;

/// <summary>Answers what comes in on the redirecting port: 308, which keeps method and body (RFC 9110, section 15.4.9).</summary>
/// <param name="next">The rest of the pipeline.</param>
public sealed class HttpsRedirectMiddleware(RequestDelegate next)
{
    private const int DefaultPort = 443;

    /// <summary>Passes a request or redirects it.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When it is over.</returns>
    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        if (context.Features.Get<HttpsRedirectOptions>() is not { } redirect)
            return next(context);
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
        return Task.CompletedTask;
    }
}
