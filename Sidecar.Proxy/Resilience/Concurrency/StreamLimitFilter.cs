using Sidecar.Proxy.Server;
using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Resilience.Concurrency;

/// <summary>
/// Turns away requests over HTTP/2 when all connections together have as many as memory allows. Those over HTTP/1.1 are as many as there are connections.
/// </summary>
/// <param name="limits">How many there may be.</param>
/// <param name="memory">Whether there is memory for another.</param>
/// <param name="metrics">Where it is counted.</param>
internal sealed class StreamLimitFilter(ResourceLimits limits, MemoryPressure memory, LimitMetrics metrics) : IRequestFilter
{
    private const string Kind = "streams";

    private int _held;

    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options) => context => HttpProtocol.IsHttp2(context.Request.Protocol) ? HoldAsync(context, next) : next(context);

    private async ValueTask HoldAsync(HttpContext context, RequestHandler next)
    {
        memory.Check();
        try
        {
            if (Interlocked.Increment(ref _held) <= limits.Streams && !memory.IsTight)
            {
                await next(context);
                return;
            }

            context.Features.GetRequiredFeature<RequestRecord>().Note("sidecar.limited_by", Kind);
            metrics.Reject(Kind, route: null);
            await context.FailAsync(LimitErrors.TooManyStreams, memory.IsTight ? "memory is tight" : $"more than {limits.Streams} requests over HTTP/2 at once", ("Retry-After", "1"));
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }
}
