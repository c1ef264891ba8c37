using System.Diagnostics;

namespace Sidecar.Proxy.Observability;

/// <summary>A server span for each request, a client span for each attempt, by OpenTelemetry's HTTP semantic conventions.</summary>
public sealed class RequestTracing : IDisposable
{
    private readonly ActivitySource _source = new(Instrumentation.Name);

    /// <summary>Opens the server span, continuing the client's trace if it sent one.</summary>
    /// <param name="request">The request.</param>
    public void Open(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        var hasParent = ActivityContext.TryParse(request.TraceParent, request.TraceState, isRemote: true, out var parent);
        if (_source.HasListeners())
        {
            // Ambient activities are not this request's parents.
            Activity.Current = null;
            request.Span = _source.StartActivity(SpanName(request.Method), ActivityKind.Server, parent, HeadTags(request));
            Activity.Current = null;
        }

        request.Trace = request.Span?.Context
            ?? (hasParent ? parent : new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None));
    }

    /// <summary>Opens the client span; what it is called is what the application receives as its parent.</summary>
    /// <param name="attempt">The attempt.</param>
    public void Open(AttemptRecord attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);

        var request = attempt.Request;
        attempt.Trace = request.Trace;
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
        span.SetTag("server.address", attempt.Target.Host);
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

        // A client span fails from 400 on, a server span from 500 on.
        Conclude(span, attempt.StatusCode, attempt.Error?.Token, failsFrom: 400);
        span.Dispose();
        Activity.Current = null;
    }

    /// <summary>Says on the server span how the request ended.</summary>
    /// <param name="request">The request.</param>
    public void Annotate(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        if (request.Span is { } span)
            Conclude(span, request.StatusCode, request.Error?.Token, failsFrom: 500);
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

    private static void Conclude(Activity span, int statusCode, string? error, int failsFrom)
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
        span.SetStatus(ActivityStatusCode.Error);
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
