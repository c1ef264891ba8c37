using Sidecar.Proxy.Upstream;
using Sidecar.Proxy.Upstream.Http2;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>Sends copies on the transports that requests take, and counts their answers.</summary>
/// <param name="http1">The transport for HTTP/1.1.</param>
/// <param name="http2">The transport for HTTP/2.</param>
/// <param name="clusters">Where to.</param>
/// <param name="metrics">Where they are counted.</param>
/// <param name="time">The clock.</param>
internal sealed class MirrorSender(Http1Forwarder http1, Http2Forwarder http2, Clusters clusters, MirrorMetrics metrics, TimeProvider time)
{
    /// <summary>Sends a copy.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="route">Whose request it is a copy of.</param>
    /// <returns>When its response has been thrown away. Never fails.</returns>
    public async Task SendAsync(DefaultHttpContext copy, RouteOptions route)
    {
        var record = copy.Features.GetRequiredFeature<RequestRecord>();
        try
        {
            if (clusters.Find(route.Mirror!.Cluster)?.Pick(copy, last: null) is not { } target)
            {
                metrics.Skipped(route.Name, MirrorSkip.Unavailable);
                return;
            }

            using var timeout = new CancellationTokenSource(route.Mirror.Timeout, time);
            copy.RequestAborted = timeout.Token;
            IForwarder forwarder = target.Cluster.Options.Protocol == UpstreamProtocol.Http2 ? http2 : http1;
            var attempt = new AttemptRecord { Request = record, Target = target, Resend = 0, Timestamp = time.GetTimestamp(), Trace = record.IsPartOfTrace ? record.Trace : default };
            var failure = await ForwardAsync(forwarder, copy, target, attempt);
            var error = failure is not null && timeout.IsCancellationRequested ? ProxyError.ResponseTimeout : failure?.Error;
            metrics.Sent(route.Name, attempt.StatusCode, error?.Token);
        }
        catch (Exception)
        {
            // Nobody waits for it who could be told; what the transports can explain is not thrown.
            metrics.Sent(route.Name, 0, ProxyError.Internal.Token);
        }
    }

    private static async Task<ForwardingFailure?> ForwardAsync(IForwarder forwarder, DefaultHttpContext copy, Target target, AttemptRecord attempt)
    {
        target.Enter();
        try
        {
            var failure = await forwarder.ForwardAsync(copy, target, attempt, null);
            if (failure is { IsAppsFault: true })
                attempt.Error = failure.Error;
            return failure;
        }
        finally
        {
            target.Exit();
            target.Report(attempt);
            await copy.Response.CompleteAsync();
        }
    }
}
