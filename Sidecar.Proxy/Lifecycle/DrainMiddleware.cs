namespace Sidecar.Proxy.Lifecycle;

/// <summary>Tells clients of HTTP/1.1 not to come back on a connection that is about to close. HTTP/2 has GOAWAY for it.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="drain">Whether the sidecar is on its way out.</param>
public sealed class DrainMiddleware(RequestDelegate next, Drain drain)
{
    /// <summary>Passes a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When it is over.</returns>
    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        if (drain.HasBegun && context.Request.Protocol == HttpProtocol.Http11)
            context.Response.Headers.Connection = "close";
        return next(context);
    }
}
