using System.Collections.Frozen;

namespace Sidecar.Proxy.Configuration;

/// <summary>Spans. Whether and how many are recorded is for <c>OTEL_TRACES_SAMPLER</c> to say.</summary>
public sealed record TracingOptions
{
    /// <summary>
    /// The headers that are read, in this order, and written (<c>OTEL_PROPAGATORS</c>). Others pass through untouched. Default:
    /// <c>tracecontext,baggage</c>.
    /// </summary>
    public IReadOnlyList<TracePropagator> Propagators { get; init; } = [TracePropagator.TraceContext, TracePropagator.Baggage];

    /// <summary>Paths of the application's own health checks, for which there are no spans; exact, without the query. Default: none.</summary>
    public IReadOnlyList<string> HealthCheckPaths { get; init; } = [];

    /// <summary>What the User-Agent of a health check begins with. Default: Kubernetes' and the big load balancers'.</summary>
    public IReadOnlyList<string> HealthCheckUserAgents { get; init; } = ["kube-probe/", "GoogleHC/", "ELB-HealthChecker/"];

    /// <summary>Whether W3C Trace Context is read and written.</summary>
    internal bool UsesTraceContext => _usesTraceContext ??= Propagators.Contains(TracePropagator.TraceContext);

    /// <summary>Whether the single B3 header is written.</summary>
    internal bool UsesB3 => _usesB3 ??= Propagators.Contains(TracePropagator.B3);

    /// <summary>Whether the several B3 headers are written.</summary>
    internal bool UsesB3Multi => _usesB3Multi ??= Propagators.Contains(TracePropagator.B3Multi);

    /// <summary>Whether a request looks like a health check, which anybody can claim.</summary>
    internal bool IsHealthCheck(string path, string? userAgent)
    {
        if (HealthCheckSet.Contains(path))
            return true;
        if (userAgent is null)
            return false;
        foreach (var start in HealthCheckUserAgents)
        {
            if (userAgent.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private FrozenSet<string> HealthCheckSet => field ??= HealthCheckPaths.ToFrozenSet(StringComparer.Ordinal);

    private bool? _usesTraceContext;
    private bool? _usesB3;
    private bool? _usesB3Multi;
}

/// <summary>The headers in which a trace crosses process boundaries, by the names of <c>OTEL_PROPAGATORS</c>.</summary>
public enum TracePropagator
{
    /// <summary>W3C Trace Context: <c>traceparent</c> and <c>tracestate</c>.</summary>
    TraceContext,

    /// <summary>W3C Baggage. It passes through in any case; the name is accepted because OpenTelemetry's default holds it.</summary>
    Baggage,

    /// <summary>Zipkin's single header, <c>b3</c>.</summary>
    B3,

    /// <summary>Zipkin's several headers, <c>X-B3-TraceId</c> and so on.</summary>
    B3Multi,

    /// <summary>No headers are read or written; what comes in passes through.</summary>
    None,
}
