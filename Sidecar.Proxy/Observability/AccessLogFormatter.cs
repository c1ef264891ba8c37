using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Observability;

/// <summary>Writes an entry of the access log as one line. Not for two threads at once.</summary>
internal sealed class AccessLogFormatter : IDisposable
{
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes a line, with its line feed.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="format">How.</param>
    /// <param name="output">Where to.</param>
    public void Write(AccessLogEntry entry, AccessLogFormat format, ArrayBufferWriter<byte> output)
    {
        if (format == AccessLogFormat.Json)
            WriteJson(entry, output);
        else
            Encoding.UTF8.GetBytes(format == AccessLogFormat.Clf ? CommonLogFormat(entry) : entry.ToString(), output);
        output.Write("\n"u8);
    }

    /// <inheritdoc />
    public void Dispose() => _json.Dispose();

    private static string CommonLogFormat(AccessLogEntry entry)
    {
        var request = entry.Request;
        // 499 is what nginx writes for a client that did not wait for its answer.
        var status = request.StatusCode > 0 ? request.StatusCode : 499;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{request.ClientAddress?.ToString() ?? "-"} - - [{request.Time.UtcDateTime:dd/MMM/yyyy:HH:mm:ss} +0000] \"{AccessLogEntry.Clean(request.Method)} {Quote(entry.Route)}{Quote(AccessLogEntry.Clean(request.LogQuery))} HTTP/{request.ProtocolVersion}\" {status} {request.BytesSent}");
    }

    private static string Quote(string text) => text.Replace("\"", "%22", StringComparison.Ordinal);

    private void WriteJson(AccessLogEntry entry, ArrayBufferWriter<byte> output)
    {
        _json.Reset(output);
        _json.WriteStartObject();
        _json.WriteString("timestamp"u8, entry.Request.Time.UtcDateTime);
        _json.WriteString("message"u8, entry.ToString());
        _json.WriteString("service.name"u8, entry.Service);
        _json.WriteString("trace_id"u8, entry.Request.Trace.TraceId.ToHexString());
        _json.WriteString("span_id"u8, entry.Request.Trace.SpanId.ToHexString());
        for (var i = AccessLogEntry.TemplateAttributes; i < entry.Count - 1; i++)
            WriteAttribute(entry[i]);
        _json.WriteEndObject();
        _json.Flush();
    }

    private void WriteAttribute(KeyValuePair<string, object?> attribute)
    {
        switch (attribute.Value)
        {
            case string text:
                _json.WriteString(attribute.Key, text);
                break;
            case int number:
                _json.WriteNumber(attribute.Key, number);
                break;
            case long number:
                _json.WriteNumber(attribute.Key, number);
                break;
            case double number:
                _json.WriteNumber(attribute.Key, number);
                break;
            case bool flag:
                _json.WriteBoolean(attribute.Key, flag);
                break;
        }
    }
}
