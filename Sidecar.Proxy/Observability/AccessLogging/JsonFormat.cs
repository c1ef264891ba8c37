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
        var attributes = new JsonAttributes(json);
        RecordAttributes.WriteRequest(request, attributes);
        if (request.Target is { } target)
            json.WriteString("sidecar.target"u8, target.Url);
        RecordAttributes.WriteOutcome(request, attributes);
        json.WriteEndObject();
        json.Flush();
    }

    private readonly struct JsonAttributes(Utf8JsonWriter json) : IAttributes
    {
        public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<char> value)
        {
            if (!value.IsEmpty)
                json.WriteString(key, value);
        }

        public void Add(ReadOnlySpan<byte> key, long value) => json.WriteNumber(key, value);

        // A clock tells no more than microseconds.
        public void Add(ReadOnlySpan<byte> key, double value) => json.WriteNumber(key, decimal.Round((decimal)value, 6));

        public void Add(ReadOnlySpan<byte> key, bool value) => json.WriteBoolean(key, value);

        public void Add(ReadOnlySpan<byte> key, IPAddress address)
        {
            Span<byte> text = stackalloc byte[64];
            json.WriteString(key, address.TryFormat(text, out var length) ? text[..length] : default);
        }

        public void Add(string key, object value)
        {
            switch (value)
            {
                case bool flag:
                    json.WriteBoolean(key, flag);
                    break;
                case int number:
                    json.WriteNumber(key, number);
                    break;
                case double number:
                    json.WriteNumber(key, number);
                    break;
                default:
                    json.WriteString(key, value.ToString());
                    break;
            }
        }
    }
}
