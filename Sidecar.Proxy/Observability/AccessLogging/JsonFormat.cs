using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sidecar.Proxy.Observability.AccessLogging;

/// <summary>One JSON object by OpenTelemetry's names. Durations are seconds, sizes bytes.</summary>
internal sealed class JsonFormat : IAccessLogFormat
{
    /// <summary>Characters outside of ASCII stay readable; nothing here is put into HTML.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    /// <inheritdoc />
    public void Write(RequestRecord request, string service, Utf8Builder output)
    {
        var json = t_writer ??= new Utf8JsonWriter(output, WriterOptions);
        json.Reset(output);
        json.WriteStartObject();
        json.WriteString("timestamp"u8, request.Time.UtcDateTime);
        json.WriteString("service.name"u8, service);
        json.WriteString("trace_id"u8, request.Trace.TraceId.ToHexString());
        if (request.Span is { } span)
            json.WriteString("span_id"u8, span.SpanId.ToHexString());
        WriteRequest(request, json);
        WriteOutcome(request, json);
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteRequest(RequestRecord request, Utf8JsonWriter json)
    {
        json.WriteString("http.request.method"u8, request.Method);
        json.WriteString("url.scheme"u8, request.Scheme);
        json.WriteString("url.path"u8, request.VisiblePath);
        if (request.VisibleQuery.Length > 1)
            json.WriteString("url.query"u8, request.VisibleQuery.AsSpan(1));
        WriteIf(json, "server.address"u8, request.Host);
        json.WriteString("network.protocol.name"u8, "http"u8);
        json.WriteString("network.protocol.version"u8, request.ProtocolVersion);
        if (request.ClientAddress is { } client)
        {
            WriteAddress(json, "client.address"u8, client);
            json.WriteNumber("client.port"u8, request.ClientPort);
        }

        WriteIf(json, "user_agent.original"u8, request.UserAgent);
        WriteIf(json, "sidecar.request_id"u8, request.RequestId);
    }

    private static void WriteOutcome(RequestRecord request, Utf8JsonWriter json)
    {
        if (request.StatusCode > 0)
            json.WriteNumber("http.response.status_code"u8, request.StatusCode);
        json.WriteNumber("http.server.request.duration"u8, Seconds(request.Duration));
        if (request.TimeToFirstByte is { } first)
            json.WriteNumber("sidecar.time_to_first_byte"u8, Seconds(first));
        json.WriteNumber("http.request.body.size"u8, request.BytesReceived);
        json.WriteNumber("http.response.body.size"u8, request.BytesSent);
        WriteIf(json, "sidecar.target"u8, request.Target?.Url);
        if (request.UpstreamAddress is { } upstream)
        {
            WriteAddress(json, "sidecar.upstream.address"u8, upstream.Address);
            json.WriteNumber("sidecar.upstream.port"u8, upstream.Port);
        }

        json.WriteNumber("sidecar.attempts"u8, request.Attempts);
        json.WriteString("sidecar.ended_by"u8, RequestEnds.Name(request.EndedBy));
        if (request.IsUpgraded)
            json.WriteBoolean("sidecar.upgraded"u8, true);
        if (request.Error is { } error)
        {
            json.WriteString("error.type"u8, error.Token);
            json.WriteString("error.message"u8, request.ErrorDetail ?? error.Detail);
        }

        if (request.Notes is null)
            return;
        foreach (var (name, value) in request.Notes)
            WriteNote(json, name, value);
    }

    private static void WriteNote(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, value.ToString());
                break;
        }
    }

    private static void WriteIf(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }

    private static void WriteAddress(Utf8JsonWriter json, ReadOnlySpan<byte> name, IPAddress address)
    {
        Span<byte> text = stackalloc byte[64];
        json.WriteString(name, address.TryFormat(text, out var length) ? text[..length] : default);
    }

    // A clock tells no more than microseconds.
    private static decimal Seconds(TimeSpan span) => decimal.Round((decimal)span.Ticks / TimeSpan.TicksPerSecond, 6);
}
