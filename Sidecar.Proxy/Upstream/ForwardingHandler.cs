using System.Runtime.CompilerServices;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Upstream.Http2;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream;

/// <summary>The end of the pipeline: the request goes to the application.</summary>
/// <param name="http1">The transport for HTTP/1.1.</param>
/// <param name="http2">The transport for HTTP/2.</param>
/// <param name="clusters">Where to.</param>
/// <param name="telemetry">The sink for attempts.</param>
/// <param name="time">The clock.</param>
internal sealed class ForwardingHandler(Http1Forwarder http1, Http2Forwarder http2, Clusters clusters, RequestTelemetry telemetry, TimeProvider time)
{
    /// <summary>Forwards a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When its response is over.</returns>
    [AsyncMethodBuilder(typeof(PooledTask))]
    public async ValueTask HandleAsync(HttpContext context)
    {
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var destination = context.Features.Get<IDestination>();
        if ((destination is null ? clusters.Default : destination.Find(clusters)) is not { } cluster)
        {
            await context.FailAsync(ProxyError.DestinationUnavailable, $"there is no cluster {destination!.Cluster} any more", ("Retry-After", "1"));
            return;
        }

        var rules = context.Features.Get<ForwardingRules>();
        Target? last = null;
        ForwardingFailure? failure = null;
        while (true)
        {
            if (cluster.Pick(context, last) is not { } target)
            {
                if (failure is not null)
                    break;
                await cluster.RejectAsync(context);
                return;
            }

            var upstream = target.Cluster.Options;
            IForwarder forwarder = upstream.Protocol == UpstreamProtocol.Http2 ? http2 : http1;
            rules?.PassDeadlineOn(context, record, upstream, time);
            var attempt = telemetry.OpenAttempt(record, target);
            target.Enter();
            try
            {
                failure = await forwarder.ForwardAsync(context, target, attempt, rules);
                if (failure is { IsAppsFault: true })
                    attempt.Error = failure.Error;
            }
            finally
            {
                target.Exit();
                target.Report(attempt);
                telemetry.Close(attempt);
            }

            if (rules?.Retries is not { } retries || !retries.IsPending(attempt, failure))
                break;
            if (!await retries.PauseAsync())
            {
                failure = ForwardingFailure.ClientGone;
                break;
            }

            last = target;
        }

        if (failure is not null)
            await context.FailAsync(failure.Error, failure.Detail);
    }
}
