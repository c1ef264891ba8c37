namespace Sidecar.Proxy.Lifecycle;

/// <summary>Wrap mode: a request that comes while the application starts waits for it, as it would in the queue of its own port.</summary>
/// <param name="app">The application; null where the sidecar has not started it.</param>
internal sealed class AppStartFilter(WrappedApp? app = null) : IRequestFilter
{
    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options) =>
        app is null ? next : context => app.Listening.IsCompleted ? next(context) : WaitAsync(app.Listening, context, next);

    private static async ValueTask WaitAsync(Task listening, HttpContext context, RequestHandler next)
    {
        await listening.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await next(context);
    }
}
