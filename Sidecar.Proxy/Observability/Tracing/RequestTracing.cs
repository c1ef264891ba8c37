using System.Diagnostics;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Observability.Tracing;

/// <summary>A server span for each request, a client span for each attempt, by OpenTelemetry's HTTP semantic conventions.</summary>
/// <param name="settings">The configuration.</param>
public sealed class RequestTracing(SidecarSettings settings) : IDisposable
{
    private readonly ActivitySource _source = new(Instrumentation.Name);

    /// <summary>Opens the server span, continuing the client's trace if it sent one.</summary>
    /// <param name="request">The request.</param>
    public void Open(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        var options = settings.Current.Tracing;
        var hasParent = TryReadParent(request, options, out var parent);
        if (_source.HasListeners() && request.B3 != B3.Deny && !options.IsHealthCheck(request))
        {
            // Ambient activities are not this request's parents.
            Activity.Current = null;
            request.Span = _source.StartActivity(SpanName(request.Method), ActivityKind.Server, parent, HeadTags(request));
            Activity.Current = null;
        }

        request.IsPartOfTrace = hasParent || request.Span is not null;
        request.Trace = request.Span?.Context
            ?? (hasParent ? parent : new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None));
    }

    /// <summary>Opens the client span; what it is called is what the application receives as its parent.</summary>
    /// <param name="attempt">The attempt.</param>
    public void Open(AttemptRecord attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);

        var request = attempt.Request;
        // A context that nobody records would tell the application not to record either.
        attempt.Trace = request.IsPartOfTrace ? request.Trace : default;
        if (request.Span is null)
            return;

        attempt.Span = _source.StartActivity(SpanName(request.Method), ActivityKind.Client, request.Trace);
        Activity.Current = null;
        if (attempt.Span is not { } span)
            return;

        attempt.Trace = span.Context;
        if (!span.IsAllDataRequested)
            return;

        SetMethod(span, request.Method);
        span.SetTag("url.full", string.Concat(attempt.Target.Url, request.VisiblePath, request.VisibleQuery));
        span.SetTag("url.scheme", attempt.Target.Scheme);
        span.SetTag("server.address", attempt.Target.Name);
        span.SetTag("server.port", attempt.Target.Port);
        if (attempt.Resend > 0)
            span.SetTag("http.request.resend_count", attempt.Resend);
    }

    /// <summary>Ends the client span.</summary>
    /// <param name="attempt">The attempt.</param>
    public void Close(AttemptRecord attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);

        if (attempt.Span is not { } span)
            return;

        if (attempt.Request.UpstreamAddress is { } peer && span.IsAllDataRequested)
        {
            span.SetTag("network.peer.address", peer.Address.ToString());
            span.SetTag("network.peer.port", peer.Port);
        }

        // A client span fails from 400 on, a server span from 500 on.
        Conclude(span, attempt.StatusCode, attempt.Error?.Token, attempt.Request.ErrorDetail, failsFrom: 400);
        span.Dispose();
        Activity.Current = null;
    }

    /// <summary>Says on the server span how the request ended.</summary>
    /// <param name="request">The request.</param>
    public void Annotate(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        if (request.Span is not { } span)
            return;
        if (request.Notes is { } notes && span.IsAllDataRequested)
        {
            foreach (var (name, value) in notes)
                span.SetTag(name, value);
        }

        Conclude(span, request.StatusCode, request.Error?.Token, request.ErrorDetail, failsFrom: 500);
    }

    /// <summary>Ends the server span.</summary>
    /// <param name="request">The request.</param>
    public void Close(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        request.Span?.Dispose();
    }

    /// <inheritdoc />
    public void Dispose() => _source.Dispose();

    private static bool TryReadParent(RequestRecord request, TracingOptions options, out ActivityContext parent)
    {
        foreach (var propagator in options.Propagators)
        {
            if (propagator == TracePropagator.TraceContext && ActivityContext.TryParse(request.TraceParent, request.TraceState, isRemote: true, out parent))
                return true;
            if (propagator is TracePropagator.B3 or TracePropagator.B3Multi && B3.TryParse(request.B3, out parent))
                return true;
        }

        parent = default;
        return false;
    }

    private static void Conclude(Activity span, int statusCode, string? error, string? detail, int failsFrom)
    {
        if (!span.IsAllDataRequested)
            return;

        if (statusCode > 0)
            span.SetTag("http.response.status_code", statusCode);
        if (error is null && statusCode >= failsFrom)
            error = Instrumentation.StatusText(statusCode);
        if (error is null)
            return;

        span.SetTag("error.type", error);
        span.SetStatus(ActivityStatusCode.Error, detail);
    }

    private static ActivityTagsCollection HeadTags(RequestRecord request)
    {
        var tags = new ActivityTagsCollection
        {
            ["url.scheme"] = request.Scheme,
            ["url.path"] = request.VisiblePath,
            ["network.protocol.version"] = request.ProtocolVersion,
            ["http.request.method"] = Instrumentation.KnownMethod(request.Method),
        };
        if (Instrumentation.KnownMethod(request.Method) == Instrumentation.OtherMethod)
            tags["http.request.method_original"] = request.Method;
        if (request.VisibleQuery.Length > 1)
            tags["url.query"] = request.VisibleQuery[1..];
        if (HostString.FromUriComponent(request.Host) is { HasValue: true } host)
        {
            tags["server.address"] = host.Host;
            if (host.Port is { } port)
                tags["server.port"] = port;
        }

        if (request.ClientAddress is { } address)
        {
            tags["client.address"] = tags["network.peer.address"] = address.ToString();
            tags["network.peer.port"] = request.ClientPort;
        }

        if (request.UserAgent is { } agent)
            tags["user_agent.original"] = agent;
        return tags;
    }

    private static void SetMethod(Activity span, string method)
    {
        var known = Instrumentation.KnownMethod(method);
        span.SetTag("http.request.method", known);
        if (known == Instrumentation.OtherMethod)
            span.SetTag("http.request.method_original", method);
    }

    // Without a route of low cardinality the name is the method alone; an unknown method is called HTTP.
    private static string SpanName(string method) => Instrumentation.KnownMethod(method) is var known && known != Instrumentation.OtherMethod ? known : "HTTP";
}
