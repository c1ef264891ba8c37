using System.Buffers.Text;
using Sidecar.Proxy.Observability.AccessLogging;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>
/// Writes a request as OTLP's <c>LogRecord</c> (opentelemetry/proto/logs/v1/logs.proto): the contract's line as its body, the contract's names and OpenTelemetry's HTTP
/// names as its attributes.
/// </summary>
internal static class AccessLogEncoder
{
    private const int Time = 1;
    private const int SeverityNumber = 2;
    private const int SeverityText = 3;
    private const int Body = 5;
    private const int Attributes = 6;
    private const int Flags = 8;
    private const int TraceId = 9;
    private const int SpanId = 10;
    private const int ObservedTime = 11;
    private const int EventName = 12;
    private const int StringValue = 1;
    private const int Information = 9;

    /// <summary>Writes a record.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="request">A request that is over.</param>
    public static void Write(ProtobufWriter writer, string service, RequestRecord request)
    {
        var time = request.Time + request.Duration;
        writer.Time(Time, time);
        writer.Time(ObservedTime, time);
        writer.Integer(SeverityNumber, Information);
        writer.Bytes(SeverityText, "Information"u8);
        writer.Bytes(EventName, "Request"u8);
        if (request.Span is { } span)
        {
            writer.Hexadecimal(TraceId, span.TraceId.ToHexString());
            writer.Hexadecimal(SpanId, span.SpanId.ToHexString());
            writer.Fixed32(Flags, (uint)span.ActivityTraceFlags);
        }

        var target = request.Target?.Url ?? "-";
        var arrived = request.Time.ToUnixTimeMilliseconds();
        WriteLine(writer, service, target, request.VisiblePath, arrived);
        var attributes = new AttributeWriter(writer, Attributes);
        attributes.Add("Service"u8, service);
        attributes.Add("Target"u8, target);
        attributes.Add("Route"u8, request.VisiblePath);
        attributes.Add("Time"u8, arrived);
        attributes.Add("{OriginalFormat}"u8, AccessLog.Template);
        WriteRequest(attributes, request);
        WriteOutcome(attributes, request);
        foreach (var (name, value) in request.Notes ?? [])
            attributes.Add(name, value);
    }

    private static void WriteLine(ProtobufWriter writer, string service, string target, string route, long time)
    {
        var body = writer.Begin(Body);
        var text = writer.Begin(StringValue);
        writer.Append(service);
        writer.Append(" - "u8);
        writer.Append(target);
        writer.Append(" - "u8);
        writer.Append(route);
        writer.Append(" - "u8);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(time, digits, out var length);
        writer.Append(digits[..length]);
        writer.End(text);
        writer.End(body);
    }

    private static void WriteRequest(AttributeWriter attributes, RequestRecord request)
    {
        attributes.Add("http.request.method"u8, request.Method);
        attributes.Add("url.scheme"u8, request.Scheme);
        attributes.Add("url.path"u8, request.VisiblePath);
        if (request.VisibleQuery.Length > 1)
            attributes.Add("url.query"u8, request.VisibleQuery.AsSpan(1));
        if (request.Host.Length > 0)
            attributes.Add("server.address"u8, request.Host);
        attributes.Add("network.protocol.name"u8, "http"u8);
        attributes.Add("network.protocol.version"u8, request.ProtocolVersion);
        if (request.ClientAddress is { } client)
            attributes.Add("client.address"u8, client);
        if (request.ClientPort > 0)
            attributes.Add("client.port"u8, request.ClientPort);
        if (request.UserAgent is { } agent)
            attributes.Add("user_agent.original"u8, agent);
        if (request.RequestId is { } id)
            attributes.Add("sidecar.request_id"u8, id);
    }

    private static void WriteOutcome(AttributeWriter attributes, RequestRecord request)
    {
        if (request.StatusCode > 0)
            attributes.Add("http.response.status_code"u8, request.StatusCode);
        attributes.Add("http.server.request.duration"u8, request.Duration.TotalSeconds);
        if (request.TimeToFirstByte is { } first)
            attributes.Add("sidecar.time_to_first_byte"u8, first.TotalSeconds);
        attributes.Add("http.request.body.size"u8, request.BytesReceived);
        attributes.Add("http.response.body.size"u8, request.BytesSent);
        if (request.UpstreamAddress is { } upstream)
        {
            attributes.Add("sidecar.upstream.address"u8, upstream.Address);
            attributes.Add("sidecar.upstream.port"u8, upstream.Port);
        }

        attributes.Add("sidecar.attempts"u8, request.Attempts);
        attributes.Add("sidecar.ended_by"u8, RequestEnds.Name(request.EndedBy));
        if (request.IsUpgraded)
            attributes.Add("sidecar.upgraded"u8, true);
        if (request.Error is not { } error)
            return;
        attributes.Add("error.type"u8, error.Token);
        attributes.Add("error.message"u8, request.ErrorDetail ?? error.Detail);
    }
}
