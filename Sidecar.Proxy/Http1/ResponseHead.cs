using Microsoft.AspNetCore.WebUtilities;

namespace Sidecar.Proxy.Http1;

/// <summary>
/// A response's head (RFC 9112, sections 4 to 6): strict about whatever two parsers could read differently, because the client is one of them. One request has it at a time.
/// </summary>
internal sealed class ResponseHead
{
    private List<string>? _options;
    private bool _closes;
    private bool _keeps;

    /// <summary>Whether what nginx tolerates is tolerated: bare line feeds, lines without a colon, one length or coding said twice.</summary>
    public bool IsLenient { get; set; }

    /// <summary>The status code; 0 before there is one.</summary>
    public int StatusCode { get; private set; }

    /// <summary>The reason phrase where it is another than the usual one, else null.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether it is HTTP/1.1.</summary>
    public bool IsVersion11 { get; private set; }

    /// <summary>The fields; their bytes are the application's until the next read from it.</summary>
    public FieldTable Fields { get; } = new();

    /// <summary>The length of the body, or null when the head does not say.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>How long the application keeps the connection idle, as it says itself.</summary>
    public TimeSpan? KeepAliveTimeout { get; private set; }

    /// <summary>Whether the connection can be used again once the response is read.</summary>
    public bool IsPersistent => IsVersion11 ? !_closes : _keeps;

    /// <summary>Whether a header belongs to the connection because <c>Connection</c> names it.</summary>
    /// <param name="index">The header's place.</param>
    /// <returns>Whether it does.</returns>
    public bool IsConnectionOption(int index) => _options is not null && IsConnectionOption(Fields.Name(index));

    /// <summary>Whether a header belongs to the connection because <c>Connection</c> names it.</summary>
    /// <param name="name">The header's name.</param>
    /// <returns>Whether it does.</returns>
    public bool IsConnectionOption(string name) => _options is not null && _options.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>A header's value.</summary>
    /// <param name="name">The header's name.</param>
    /// <returns>The first such header's value, or null.</returns>
    public string? Field(string name) => Fields.IndexOf(name) is >= 0 and var index ? Fields.Value(index).ToString() : null;

    /// <summary>How the end of the body is found (RFC 9112, section 6.3).</summary>
    /// <param name="method">The request's method.</param>
    /// <returns>The framing.</returns>
    public BodyFraming Framing(string method)
    {
        if (StatusCode is < 200 or 204 or 304 || method == "HEAD" || ContentLength == 0)
            return BodyFraming.None;
        if (IsChunked)
            return BodyFraming.Chunked;
        return ContentLength > 0 ? BodyFraming.Length : BodyFraming.UntilClose;
    }

    /// <summary>Reads a head.</summary>
    /// <param name="buffer">Where it is.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">Where what has arrived ends.</param>
    /// <param name="length">How long the head is.</param>
    /// <param name="error">What is wrong, or null.</param>
    /// <returns>Whether a whole and correct head was there; if neither that nor an error, more is needed.</returns>
    public bool TryRead(byte[] buffer, int start, int end, out int length, out string? error)
    {
        var input = buffer.AsSpan(start, end - start);
        length = IsLenient ? LenientLength(input) : input.IndexOf("\r\n\r\n"u8) + 4;
        if (length < 4)
        {
            // Without this a response with bare line feeds would be waited for until it times out.
            error = !IsLenient && HasBareLineFeed(input) ? BareLineFeed : MayBeStatusLine(input) ? null : NoStatusLine;
            return false;
        }

        Clear(buffer);
        error = null;
        var last = length - (input[length - 2] == '\r' ? 2 : 1);
        for (var position = 0; error is null && position < last;)
        {
            var next = position + input[position..].IndexOf((byte)'\n') + 1;
            var isWhole = next > position + 1 && input[next - 2] == '\r';
            var line = input[position..(next - (isWhole ? 2 : 1))];
            if (!isWhole && !IsLenient)
                error = BareLineFeed;
            else
                error = position == 0 ? ReadStatusLine(line) : ReadField(line, start + position, isWhole ? start + next : null);
            position = next;
        }

        error ??= CheckFraming();
        return error is null;
    }

    private const string BareLineFeed = "a line does not end in CRLF";

    private const string NoStatusLine = "it does not begin with an HTTP/1 status line";

    private static bool MayBeStatusLine(ReadOnlySpan<byte> input) => "HTTP/1."u8.StartsWith(input[..Math.Min(input.Length, 7)]);

    private static bool HasBareLineFeed(ReadOnlySpan<byte> input)
    {
        var feed = input.IndexOf((byte)'\n');
        return feed == 0 || (feed > 0 && input[feed - 1] != '\r');
    }

    private void Clear(byte[] buffer)
    {
        (StatusCode, Reason, IsVersion11, ContentLength, IsChunked, KeepAliveTimeout, _options, _closes, _keeps) = (0, null, false, null, false, null, null, false, false);
        Fields.Reset(buffer);
    }

    private static int LenientLength(ReadOnlySpan<byte> input)
    {
        for (var end = input.IndexOf((byte)'\n') + 1; end > 0 && end < input.Length;)
        {
            var feed = input[end..].IndexOf((byte)'\n');
            if (feed == 0 || (feed == 1 && input[end] == '\r'))
                return end + feed + 1;
            end = feed < 0 ? 0 : end + feed + 1;
        }

        return 0;
    }

    private string? ReadStatusLine(ReadOnlySpan<byte> line)
    {
        // HTTP/1.x SP 3DIGIT [SP reason]; the space before an empty reason is often left out.
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ')
            return NoStatusLine;
        if (!HttpGrammar.TryParseLength(line[9..12], out var status) || status < 100 || (line.Length > 12 && line[12] != ' '))
            return "the status code is not three digits";
        var reason = line[12..];
        if (!HttpGrammar.IsFieldValue(reason))
            return "the reason phrase holds a control byte";
        (StatusCode, IsVersion11) = ((int)status, line[7] == '1');
        if (reason.Length > 1 && !Ascii.Equals(reason[1..], ReasonPhrases.GetReasonPhrase(StatusCode)))
            Reason = Encoding.Latin1.GetString(reason[1..]);
        return null;
    }

    /// <summary>Reads a field.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="start">Where that begins.</param>
    /// <param name="next">Where the next begins, or null when it cannot be sent on as it came.</param>
    /// <returns>What is wrong, or null.</returns>
    private string? ReadField(ReadOnlySpan<byte> line, int start, int? next)
    {
        var wrong = FieldLine.Read(line, out var nameLength, out var value, out var valueLength);
        if (wrong is null && next is { } end)
        {
            var role = HeaderRoles.Of(line[..nameLength]);
            var text = line.Slice(value, valueLength);
            if (IsLenient && IsRepeated(role, text))
                return null;
            Fields.Add(role, (start, nameLength), (start + value, valueLength), end);
            return Note(role, text);
        }

        return ReadOther(line, wrong);
    }

    private string? ReadOther(ReadOnlySpan<byte> line, string? wrong)
    {
        var colon = line.IndexOf((byte)':');
        if (line.IsEmpty || line[0] is (byte)' ' or (byte)'\t' || !HttpGrammar.IsFieldValue(line))
            return wrong;
        if (colon < 0)
            return IsLenient ? null : wrong;
        // RFC 9112, section 5.1: the space before the colon is removed from a response.
        var name = line[..colon].TrimEnd(" \t"u8);
        if (!HttpGrammar.IsToken(name))
            return wrong;
        var role = HeaderRoles.Of(name);
        var text = HttpGrammar.Trim(line[(colon + 1)..]);
        if (IsLenient && IsRepeated(role, text))
            return null;
        Fields.Add(Encoding.ASCII.GetString(name), Encoding.Latin1.GetString(text));
        return Note(role, text);
    }

    private bool IsRepeated(HeaderRole role, ReadOnlySpan<byte> value) => role switch
    {
        HeaderRole.ContentLength => ContentLength is { } length && HttpGrammar.TryParseLength(value, out var other) && other == length,
        HeaderRole.TransferEncoding => IsChunked && HttpGrammar.EqualsIgnoreCase(value, "chunked"u8),
        _ => false,
    };

    private string? Note(HeaderRole role, ReadOnlySpan<byte> value)
    {
        switch (role)
        {
            case HeaderRole.ContentLength:
                if (ContentLength is not null || !HttpGrammar.TryParseLength(value, out var length))
                    return "Content-Length is not one number";
                ContentLength = length;
                break;
            case HeaderRole.TransferEncoding:
                if (IsChunked || !(HttpGrammar.EqualsIgnoreCase(value, "chunked"u8) || (IsLenient && HttpGrammar.EqualsIgnoreCase(value, "chunked, chunked"u8))))
                    return "Transfer-Encoding is not chunked";
                IsChunked = true;
                break;
            case HeaderRole.Connection:
                NoteConnection(value);
                break;
            case HeaderRole.KeepAlive:
                if (HttpGrammar.StartsWithIgnoreCase(value, "timeout="u8))
                    KeepAliveTimeout = ReadSeconds(value[8..]);
                break;
        }

        return null;
    }

    private void NoteConnection(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = HttpGrammar.Trim(value[range]);
            if (HttpGrammar.EqualsIgnoreCase(option, "close"u8))
                _closes = true;
            else if (HttpGrammar.EqualsIgnoreCase(option, "keep-alive"u8))
                _keeps = true;
            else if (!option.IsEmpty)
                (_options ??= []).Add(Encoding.Latin1.GetString(option));
        }
    }

    private string? CheckFraming()
    {
        if (IsChunked && ContentLength is not null)
            return "it has both Content-Length and Transfer-Encoding";
        return IsChunked && !IsVersion11 ? "an HTTP/1.0 response is chunked" : null;
    }

    private static TimeSpan? ReadSeconds(ReadOnlySpan<byte> digits)
    {
        var end = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return int.TryParse(end < 0 ? digits : digits[..end], out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
    }
}
