namespace Sidecar.Proxy.Lifecycle;

/// <summary>Wrap mode: a request that comes while the application starts waits for it, as it would in the queue of its own port.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="app">The application.</param>
internal sealed class AppStartMiddleware(RequestDelegate next, WrappedApp app)
{
    /// <summary>Passes a request.</summary>
    /// <returns>When it is over.</returns>
    public Task InvokeAsync(HttpContext context) => app.Listening.IsCompleted ? next(context) : WaitAsync(context);

    private async Task WaitAsync(HttpContext context)
    {
        await app.Listening.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await next(context);
    }
}
