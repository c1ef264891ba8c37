using System.Diagnostics;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>
/// Writes a request and its attempts as spans: OTLP's <c>Span</c> (opentelemetry/proto/trace/v1/trace.proto) with the attributes of OpenTelemetry's HTTP
/// conventions. From the record to the bytes without anything between.
/// </summary>
internal static class SpanEncoder
{
    private const int TraceId = 1;
    private const int SpanId = 2;
    private const int TraceState = 3;
    private const int ParentSpanId = 4;
    private const int Name = 5;
    private const int Kind = 6;
    private const int StartTime = 7;
    private const int EndTime = 8;
    private const int Attributes = 9;
    private const int Status = 15;
    private const int Flags = 16;
    private const int StatusMessage = 2;
    private const int StatusCode = 3;
    private const int StatusIsError = 2;
    private const int ServerKind = 2;
    private const int ClientKind = 3;

    // The upper bits say that it is known whether the parent is another process's, and that it is.
    private const uint HasIsRemote = 0x100;
    private const uint IsRemote = 0x200;

    // A client span fails from 400 on, a server span from 500 on.
    private const int ServerFailsFrom = 500;
    private const int ClientFailsFrom = 400;

    /// <summary>Writes a server span.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="request">A request that is over.</param>
    /// <param name="span">Its ids.</param>
    public static void WriteServer(ProtobufWriter writer, RequestRecord request, Activity span)
    {
        WriteIds(writer, span.TraceId, span.SpanId, span.ParentSpanId, span.TraceStateString);
        // A request's parent is always the client's.
        writer.Fixed32(Flags, (uint)span.ActivityTraceFlags | HasIsRemote | (span.ParentSpanId == default ? 0 : IsRemote));
        WriteName(writer, request.Method, ServerKind);
        WriteTimes(writer, request.Time, request.Duration);
        var attributes = new AttributeWriter(writer, Attributes);
        WriteMethod(attributes, request.Method);
        attributes.Add("url.scheme"u8, request.Scheme);
        attributes.Add("url.path"u8, request.VisiblePath);
        if (request.VisibleQuery.Length > 1)
            attributes.Add("url.query"u8, request.VisibleQuery.AsSpan(1));
        attributes.Add("network.protocol.version"u8, request.ProtocolVersion);
        WriteHost(attributes, request.Host);
        if (request.ClientAddress is { } client)
        {
            attributes.Add("client.address"u8, client);
            attributes.Add("network.peer.address"u8, client);
            attributes.Add("network.peer.port"u8, request.ClientPort);
        }

        if (request.UserAgent is { } agent)
            attributes.Add("user_agent.original"u8, agent);
        if (request.RequestId is { } id)
            attributes.Add("sidecar.request_id"u8, id);
        foreach (var (name, value) in request.Notes ?? [])
            attributes.Add(name, value);
        WriteOutcome(writer, attributes, request.StatusCode, request.Error?.Token, request.ErrorDetail, ServerFailsFrom);
    }

    /// <summary>Writes a client span.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="attempt">An attempt that is over.</param>
    /// <param name="parent">The server span.</param>
    /// <param name="started">When it started.</param>
    /// <param name="duration">How long it took.</param>
    public static void WriteClient(ProtobufWriter writer, AttemptRecord attempt, ActivitySpanId parent, DateTimeOffset started, TimeSpan duration)
    {
        var (request, target, trace) = (attempt.Request, attempt.Target, attempt.Trace);
        WriteIds(writer, trace.TraceId, trace.SpanId, parent, trace.TraceState);
        writer.Fixed32(Flags, (uint)trace.TraceFlags | HasIsRemote);
        WriteName(writer, request.Method, ClientKind);
        WriteTimes(writer, started, duration);
        var attributes = new AttributeWriter(writer, Attributes);
        WriteMethod(attributes, request.Method);
        attributes.Add("url.full"u8, target.Url, request.VisiblePath, request.VisibleQuery);
        attributes.Add("url.scheme"u8, target.Scheme);
        attributes.Add("server.address"u8, target.Name);
        attributes.Add("server.port"u8, target.Port);
        if (attempt.Resend > 0)
            attributes.Add("http.request.resend_count"u8, attempt.Resend);
        if (request.UpstreamAddress is { } peer)
        {
            attributes.Add("network.peer.address"u8, peer.Address);
            attributes.Add("network.peer.port"u8, peer.Port);
        }

        WriteOutcome(writer, attributes, attempt.StatusCode, attempt.Error?.Token, request.ErrorDetail, ClientFailsFrom);
    }

    private static void WriteIds(ProtobufWriter writer, ActivityTraceId trace, ActivitySpanId span, ActivitySpanId parent, string? state)
    {
        writer.Hexadecimal(TraceId, trace.ToHexString());
        writer.Hexadecimal(SpanId, span.ToHexString());
        if (parent != default)
            writer.Hexadecimal(ParentSpanId, parent.ToHexString());
        if (!string.IsNullOrEmpty(state))
            writer.String(TraceState, state);
    }

    // Without a route of low cardinality the name is the method alone; an unknown method is called HTTP.
    private static void WriteName(ProtobufWriter writer, string method, int kind)
    {
        var known = Instrumentation.KnownMethod(method);
        writer.String(Name, known == Instrumentation.OtherMethod ? "HTTP" : known);
        writer.Integer(Kind, kind);
    }

    private static void WriteTimes(ProtobufWriter writer, DateTimeOffset start, TimeSpan duration)
    {
        writer.Time(StartTime, start);
        writer.Time(EndTime, start + duration);
    }

    private static void WriteMethod(AttributeWriter attributes, string method)
    {
        var known = Instrumentation.KnownMethod(method);
        attributes.Add("http.request.method"u8, known);
        if (known == Instrumentation.OtherMethod)
            attributes.Add("http.request.method_original"u8, method);
    }

    private static void WriteHost(AttributeWriter attributes, string host)
    {
        if (host.Length == 0)
            return;
        // The last colon begins a port, unless it is inside the brackets of an IPv6 address.
        var colon = host.LastIndexOf(':');
        if (colon < host.LastIndexOf(']'))
            colon = -1;
        attributes.Add("server.address"u8, colon < 0 ? host : host.AsSpan(0, colon));
        if (colon >= 0 && ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            attributes.Add("server.port"u8, port);
    }

    private static void WriteOutcome(ProtobufWriter writer, AttributeWriter attributes, int statusCode, string? error, string? detail, int failsFrom)
    {
        if (statusCode > 0)
            attributes.Add("http.response.status_code"u8, statusCode);
        if (error is null && statusCode >= failsFrom)
            error = Instrumentation.StatusText(statusCode);
        if (error is null)
            return;

        attributes.Add("error.type"u8, error);
        var status = writer.Begin(Status);
        if (detail is not null)
            writer.String(StatusMessage, detail);
        writer.Integer(StatusCode, StatusIsError);
        writer.End(status);
    }
}
