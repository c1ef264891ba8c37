namespace Sidecar.Proxy.Configuration;

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
