using System.Text;
using Microsoft.Net.Http.Headers;

namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>Reads the head of an answer as strictly as a request's: an application that is not understood must not be guessed at.</summary>
internal static class ResponseParser
{
    // The most frequent first. Kestrel knows all of these but X-Powered-By and writes them in this spelling.
    private static readonly string[] KnownNames =
    [
        HeaderNames.ContentType, HeaderNames.ContentLength, HeaderNames.Date, HeaderNames.Server, HeaderNames.Connection, HeaderNames.KeepAlive,
        HeaderNames.ETag, HeaderNames.CacheControl, HeaderNames.Vary, HeaderNames.LastModified, HeaderNames.SetCookie, HeaderNames.TransferEncoding,
        HeaderNames.Location, HeaderNames.Expires, HeaderNames.ContentEncoding, HeaderNames.AcceptRanges, HeaderNames.XPoweredBy, HeaderNames.Pragma,
        HeaderNames.AccessControlAllowOrigin, HeaderNames.AccessControlAllowCredentials, HeaderNames.AccessControlAllowHeaders,
        HeaderNames.AccessControlAllowMethods, HeaderNames.AccessControlExposeHeaders, HeaderNames.AccessControlMaxAge, HeaderNames.Age,
        HeaderNames.Allow, HeaderNames.AltSvc, HeaderNames.ContentLanguage, HeaderNames.ContentLocation, HeaderNames.ContentMD5, HeaderNames.ContentRange,
        HeaderNames.GrpcEncoding, HeaderNames.GrpcMessage, HeaderNames.GrpcStatus, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyConnection,
        HeaderNames.RetryAfter, HeaderNames.Trailer, HeaderNames.Upgrade, HeaderNames.Via, HeaderNames.Warning, HeaderNames.WWWAuthenticate,
    ];

    // By length, so that only a few have to be compared.
    private static readonly string[][] KnownByLength =
        [.. Enumerable.Range(0, KnownNames.Max(name => name.Length) + 1).Select(length => KnownNames.Where(name => name.Length == length).ToArray())];

    /// <summary>Reads a head.</summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="head">Where it is put; cleared first.</param>
    /// <param name="consumed">How long the head is.</param>
    /// <param name="error">What is wrong, or null.</param>
    /// <returns>Whether a whole and correct head was there; if neither that nor an error, more is needed.</returns>
    public static bool TryParse(ReadOnlySpan<byte> input, ResponseHead head, out int consumed, out string? error)
    {
        if (!TryParseStatusLine(input, head, out var fields, out consumed, out error))
            return false;
        error = ParseFields(input[fields..(consumed - 2)], head);
        return error is null;
    }

    /// <summary>Reads a head's first line, once all of the head is there.</summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="head">Where it is put; cleared first.</param>
    /// <param name="fields">Where the headers begin.</param>
    /// <param name="consumed">How long the head is.</param>
    /// <param name="error">What is wrong, or null.</param>
    /// <returns>Whether a whole head with a correct first line was there; if neither that nor an error, more is needed.</returns>
    public static bool TryParseStatusLine(ReadOnlySpan<byte> input, ResponseHead head, out int fields, out int consumed, out string? error)
    {
        (fields, consumed, error) = (0, 0, null);
        var length = input.IndexOf("\r\n\r\n"u8);
        if (length < 0)
        {
            // Without this an answer with bare line feeds would be waited for until it times out.
            if (HasBareLineFeed(input))
                error = "a line does not end in CRLF";
            else if (!MayBeStatusLine(input))
                error = "it does not begin with an HTTP/1 status line";
            return false;
        }

        consumed = length + 4;
        head.Clear();
        fields = input.IndexOf((byte)'\n') + 1;
        error = ParseStatusLine(input[..fields], head);
        return error is null;
    }

    private static bool MayBeStatusLine(ReadOnlySpan<byte> input)
    {
        var start = "HTTP/1."u8;
        return input[..Math.Min(input.Length, start.Length)].SequenceEqual(start[..Math.Min(input.Length, start.Length)]);
    }

    private static bool HasBareLineFeed(ReadOnlySpan<byte> input)
    {
        var feed = input.IndexOf((byte)'\n');
        return feed == 0 || (feed > 0 && input[feed - 1] != '\r');
    }

    private static string? ParseStatusLine(ReadOnlySpan<byte> line, ResponseHead head)
    {
        // HTTP/1.x SP 3DIGIT [SP reason] CRLF; the space before an empty reason is often left out.
        if (line.Length < 14 || line[^2] != '\r' || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ')
            return "it does not begin with an HTTP/1 status line";
        var code = line[9..12];
        if (!HttpGrammar.TryParseLength(code, out var status) || status < 100 || !(line[12] is (byte)' ' or (byte)'\r'))
            return "the status code is not three digits";
        var reason = line[12..^2];
        if (!HttpGrammar.IsFieldValue(reason))
            return "the reason phrase holds a control byte";

        head.StatusCode = (int)status;
        head.IsVersion11 = line[7] == '1';
        head.Reason = reason.Length <= 1 || reason[1..].SequenceEqual("OK"u8) ? "" : Encoding.Latin1.GetString(reason[1..]);
        return null;
    }

    private static string? ParseFields(ReadOnlySpan<byte> section, ResponseHead head)
    {
        var fields = new FieldReader(section);
        while (fields.Next())
        {
            var name = Name(fields.Name, head);
            var value = Encoding.Latin1.GetString(fields.Value);
            if (Note(name, fields.Value, value, head) is { } error)
                return error;
            head.Fields.Add(new(name, value));
        }

        return fields.Error ?? CheckFraming(head);
    }

    /// <summary>Whether what frames the body goes together.</summary>
    /// <param name="head">The head.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? CheckFraming(ResponseHead head)
    {
        if (head.IsChunked && head.ContentLength >= 0)
            return "it has both Content-Length and Transfer-Encoding";
        return head.IsChunked && !head.IsVersion11 ? "an HTTP/1.0 answer is chunked" : null;
    }

    private static string? Note(string name, ReadOnlySpan<byte> raw, string value, ResponseHead head)
    {
        if (name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
        {
            if (head.ContentLength >= 0 || !HttpGrammar.TryParseLength(raw, out var length))
                return "Content-Length is not one number";
            head.ContentLength = length;
        }
        else if (name.Equals(HeaderNames.TransferEncoding, StringComparison.OrdinalIgnoreCase))
        {
            if (head.IsChunked || !value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                return "Transfer-Encoding is not chunked";
            head.IsChunked = true;
        }
        else if (name.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase))
        {
            (head.ConnectionOptions ??= []).AddRange(value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }
        else if (name.Equals(HeaderNames.KeepAlive, StringComparison.OrdinalIgnoreCase) && value.StartsWith("timeout=", StringComparison.OrdinalIgnoreCase))
        {
            head.KeepAliveTimeout = KeepAliveTimeout(raw);
        }

        return null;
    }

    /// <summary>Reads how long an idle connection is kept.</summary>
    /// <param name="value">The value of Keep-Alive, beginning with <c>timeout=</c>.</param>
    /// <returns>The time, or null.</returns>
    public static TimeSpan? KeepAliveTimeout(ReadOnlySpan<byte> value)
    {
        var digits = value["timeout=".Length..];
        var end = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return int.TryParse(end < 0 ? digits : digits[..end], out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static string Name(ReadOnlySpan<byte> name, ResponseHead head)
    {
        if (name.Length < KnownByLength.Length)
        {
            foreach (var known in KnownByLength[name.Length])
            {
                if (Ascii.Equals(name, known))
                    return known;
                head.HasOwnSpelling |= Ascii.EqualsIgnoreCase(name, known);
            }
        }

        return Encoding.Latin1.GetString(name);
    }
}
