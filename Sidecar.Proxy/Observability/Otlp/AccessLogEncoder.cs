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
        RecordAttributes.WriteRequest(request, attributes);
        RecordAttributes.WriteOutcome(request, attributes);
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
}
