using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding.Http1;
using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Direct;

/// <summary>
/// Decides from the configuration whether requests may go the direct way: from the client's bytes to the application's and back, past Kestrel's HTTP and the pipeline.
/// It does what they do for a request that nobody wants anything special of, at a fraction of the cost; docs/performance.md has the figures.
/// </summary>
/// <param name="policies">What would stand in the way.</param>
/// <param name="clusters">The targets.</param>
/// <param name="forwarder">The connections to them.</param>
/// <param name="telemetry">The sink.</param>
/// <param name="settings">The configuration.</param>
/// <param name="drain">Whether the sidecar drains.</param>
/// <param name="app">The application, in wrap mode.</param>
internal sealed class DirectPath(PolicyPipeline policies, Clusters clusters, Http1Forwarder forwarder, RequestTelemetry telemetry, SidecarSettings settings, Drain drain, WrappedApp? app = null)
{
    private volatile Decision? _decision;

    /// <summary>The sink.</summary>
    public RequestTelemetry Telemetry => telemetry;

    /// <summary>The Date header for applications that send none.</summary>
    public DateLine Date { get; } = new();

    /// <summary>The way for the next request.</summary>
    /// <returns>The way, or null when it has to go through Kestrel and the pipeline.</returns>
    public DirectWay? Current()
    {
        var options = settings.Current;
        var decision = _decision;
        if (decision is null || !ReferenceEquals(decision.Options, options))
            _decision = decision = new(options, Find(options));
        // Kestrel knows how to say goodbye, and the pipeline waits for an application that starts.
        return drain.IsDraining || app is { Listening.IsCompleted: false } ? null : decision.Way;
    }

    private DirectWay? Find(SidecarOptions options)
    {
        var cluster = clusters.Default;
        return policies.IsEmpty(options) && IsPlain(options.Headers) && IsPlain(options.Tracing) && cluster.IsSingle && cluster.Options.Protocol == UpstreamProtocol.Http1
            ? new(options, cluster.Targets[0], forwarder.Pool(cluster.Targets[0]))
            : null;
    }

    private static bool IsPlain(HeaderOptions headers) => !headers.Via && headers.Forwarded is ForwardedStyle.XForwarded or ForwardedStyle.None;

    private static bool IsPlain(TracingOptions tracing) => tracing is { UsesTraceContext: true, UsesB3: false, UsesB3Multi: false };

    private sealed record Decision(SidecarOptions Options, DirectWay? Way);
}
