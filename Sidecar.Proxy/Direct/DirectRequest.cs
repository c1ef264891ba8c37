using System.Text;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding.Http1;

namespace Sidecar.Proxy.Direct;

/// <summary>
/// A request that can go the direct way: HTTP/1.1, its head whole and nothing behind it in the buffer, framed by nothing but a length, with no word about its
/// connection beyond keep-alive and close. Whatever is not exactly that is for Kestrel and the pipeline, which also know how to refuse it.
/// </summary>
internal sealed class DirectRequest
{
    private const int MaxRequestIdLength = 128;

    private PassingLines _lines;
    private (int Start, int Length) _host;
    private (int Start, int Length) _agent;
    private (int Start, int Length) _parent;
    private (int Start, int Length) _state;
    private (int Start, int Length) _id;
    private string _lastHost = "";
    private string _lastAgent = "";

    /// <summary>The method.</summary>
    public string Method { get; private set; } = "";

    /// <summary>The path as it came.</summary>
    public string Path { get; private set; } = "";

    /// <summary>The query with its question mark, or empty.</summary>
    public string Query { get; private set; } = "";

    /// <summary>The Host header's value.</summary>
    public string Host => _lastHost;

    /// <summary>The User-Agent header's value, or null.</summary>
    public string? UserAgent => _agent.Start > 0 ? _lastAgent : null;

    /// <summary>The traceparent header's value, or null.</summary>
    public string? TraceParent { get; private set; }

    /// <summary>The tracestate header's value, or null.</summary>
    public string? TraceState { get; private set; }

    /// <summary>The X-Request-Id header's value, or null.</summary>
    public string? RequestId { get; private set; }

    /// <summary>Whether the client wants the connection closed afterwards.</summary>
    public bool Closes { get; private set; }

    /// <summary>The lines of the head that the application gets as they are.</summary>
    public ref readonly PassingLines Lines => ref _lines;

    /// <summary>How long the body is, or -1 when the client says nothing of one.</summary>
    public long ContentLength { get; private set; }

    /// <summary>Where the body begins.</summary>
    public int HeadLength { get; private set; }

    /// <summary>How much of it has been read, head and body.</summary>
    public int Length { get; private set; }

    /// <summary>How much of the body has still to come.</summary>
    public long MissingLength => HeadLength + Math.Max(ContentLength, 0) - Length;

    /// <summary>Whether all of it has been read.</summary>
    public bool IsWhole => MissingLength == 0;

    /// <summary>Whether doing it twice is doing it once (RFC 9110, section 9.2.2), and nothing of it can be lost.</summary>
    public bool IsIdempotent => ContentLength <= 0 && Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE";

    /// <summary>Reads a request.</summary>
    /// <param name="bytes">All that has come.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="isTrusted">Whether the peer's forwarded headers are believed, which is not for the direct way to do.</param>
    /// <returns>Whether it can go the direct way. If not, nothing has happened.</returns>
    public bool TryRead(ReadOnlySpan<byte> bytes, LimitOptions limits, bool isTrusted)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0 || end + 4 > limits.MaxRequestHeadBytes)
            return false;
        HeadLength = end + 4;
        var lineEnd = bytes.IndexOf("\r\n"u8);
        var line = bytes[..lineEnd];
        if (line.Length > limits.MaxRequestLineBytes || !line.EndsWith(" HTTP/1.1"u8) || KnownMethod(line) is not { } method)
            return false;
        var target = line[(method.Length + 1)..^9];
        if (target.IsEmpty || target[0] != '/' || !HttpGrammar.IsTarget(target))
            return false;
        if (!TryReadFields(bytes, lineEnd + 2, limits, isTrusted) || bytes.Length - HeadLength > Math.Max(ContentLength, 0))
            return false;

        (Method, Length) = (method, bytes.Length);
        var query = target.IndexOf((byte)'?');
        Path = Encoding.ASCII.GetString(query < 0 ? target : target[..query]);
        Query = query < 0 ? "" : Encoding.ASCII.GetString(target[query..]);
        Keep(ref _lastHost, bytes, _host);
        Keep(ref _lastAgent, bytes, _agent);
        TraceParent = Text(bytes, _parent);
        TraceState = Text(bytes, _state);
        RequestId = Text(bytes, _id);
        return true;
    }

    private bool TryReadFields(ReadOnlySpan<byte> bytes, int start, LimitOptions limits, bool isTrusted)
    {
        _lines.Clear();
        _host = _agent = _parent = _state = _id = default;
        (ContentLength, Closes) = (-1, false);
        var fields = new FieldReader(bytes[start..(HeadLength - 2)]);
        var position = start;
        for (var count = 1; fields.Next(); count++)
        {
            if (count > limits.MaxRequestHeaders)
                return false;
            var next = start + fields.Position;
            // What the value's place in the buffer is: it ends before CRLF and the white space that was taken off.
            var passes = Use(fields.Name, fields.Value, bytes[position..next], position, limits, isTrusted);
            if (passes is null || (passes.Value && !_lines.TryAdd(position, next)))
                return false;
            position = next;
        }

        return fields.Error is null && _host.Start > 0;
    }

    /// <summary>Takes note of a field: true when it goes on as it is, false when it stays behind or is written anew, null when it is not for the direct way.</summary>
    private bool? Use(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ReadOnlySpan<byte> line, int position, LimitOptions limits, bool isTrusted)
    {
        var place = (position + name.Length + 1 + LeadingSpace(line[(name.Length + 1)..]), value.Length);
        switch (name.Length)
        {
            case 2 when Is(name, "te"u8):
            case 6 when Is(name, "expect"u8):
            case 7 when Is(name, "upgrade"u8):
            case 14 when Is(name, "http2-settings"u8):
            case 16 when Is(name, "proxy-connection"u8):
            case 17 when Is(name, "transfer-encoding"u8):
            case 18 when Is(name, "proxy-authenticate"u8):
            case 19 when Is(name, "proxy-authorization"u8):
            case 25 when Is(name, "proxy-authentication-info"u8):
                return null;
            case 4 when Is(name, "host"u8):
                return value.Length > 0 && HttpGrammar.IsHost(value) && Once(ref _host, place) ? false : null;
            case 10 when Is(name, "connection"u8):
                Closes |= Is(value, "close"u8);
                return Is(value, "close"u8) || Is(value, "keep-alive"u8) ? false : null;
            case 10 when Is(name, "keep-alive"u8):
                return false;
            case 10 when Is(name, "user-agent"u8):
                return Once(ref _agent, place) ? true : null;
            case 10 when Is(name, "tracestate"u8):
                return Once(ref _state, place) ? false : null;
            case 11 when Is(name, "traceparent"u8):
                return Once(ref _parent, place) ? false : null;
            case 12 when Is(name, "x-request-id"u8):
                return value.Length is > 0 and <= MaxRequestIdLength && Once(ref _id, place) ? true : null;
            case 14 when Is(name, "content-length"u8):
                if (ContentLength >= 0 || !HttpGrammar.TryParseLength(value, out var length) || length > limits.MaxRequestBodyBytes)
                    return null;
                ContentLength = length;
                return false;
            case 9 when Is(name, "forwarded"u8) || Is(name, "x-real-ip"u8):
            case 15 when Is(name, "x-forwarded-for"u8):
            case 16 when Is(name, "x-forwarded-host"u8) || Is(name, "x-forwarded-port"u8):
            case 17 when Is(name, "x-forwarded-proto"u8):
            case 18 when Is(name, "x-forwarded-prefix"u8):
            case 23 when Is(name, "x-forwarded-client-cert"u8):
                return isTrusted ? null : false;
            // One of these, perhaps, to an application that takes underscores for hyphens.
            case 9 or 15 or 16 or 17 or 18 or 23 when name.Contains((byte)'_'):
                return null;
            default:
                return true;
        }
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowercase) => HttpGrammar.EqualsIgnoreCase(text, lowercase);

    private static bool Once(ref (int Start, int Length) place, (int Start, int Length) value)
    {
        var isFirst = place.Start == 0;
        place = value;
        return isFirst;
    }

    private static int LeadingSpace(ReadOnlySpan<byte> text) => Math.Max(text.IndexOfAnyExcept((byte)' ', (byte)'\t'), 0);

    private static string? Text(ReadOnlySpan<byte> bytes, (int Start, int Length) place) =>
        place.Start == 0 ? null : Encoding.Latin1.GetString(bytes.Slice(place.Start, place.Length));

    /// <summary>A connection's requests mostly say the same: one string serves them all.</summary>
    private static void Keep(ref string last, ReadOnlySpan<byte> bytes, (int Start, int Length) place)
    {
        var value = bytes.Slice(place.Start, place.Length);
        if (!Ascii.Equals(value, last))
            last = Encoding.Latin1.GetString(value);
    }

    private static string? KnownMethod(ReadOnlySpan<byte> line) => line switch
    {
        [(byte)'G', (byte)'E', (byte)'T', (byte)' ', ..] => "GET",
        [(byte)'P', (byte)'O', (byte)'S', (byte)'T', (byte)' ', ..] => "POST",
        [(byte)'P', (byte)'U', (byte)'T', (byte)' ', ..] => "PUT",
        [(byte)'H', (byte)'E', (byte)'A', (byte)'D', (byte)' ', ..] => "HEAD",
        _ when line.StartsWith("DELETE "u8) => "DELETE",
        _ when line.StartsWith("PATCH "u8) => "PATCH",
        _ when line.StartsWith("OPTIONS "u8) => "OPTIONS",
        _ => null,
    };
}
