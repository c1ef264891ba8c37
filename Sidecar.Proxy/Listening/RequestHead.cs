using System.Text;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding.Http1;

namespace Sidecar.Proxy.Listening;

/// <summary>
/// Checks the head of an HTTP/1 request for everything that two parsers could read differently (RFC 9112, sections 2 to 7), before
/// Kestrel, which forgives some of it, reads it.
/// </summary>
internal sealed class RequestHead
{
    /// <summary>The method, as far as it could be read.</summary>
    public string Method { get; private set; } = "";

    /// <summary>The request target, as far as it could be read.</summary>
    public string Target { get; private set; } = "";

    /// <summary>How the body ends.</summary>
    public BodyFraming Framing { get; private set; }

    /// <summary>How long the body is when <see cref="Framing"/> says that it has a length.</summary>
    public long ContentLength { get; private set; }

    /// <summary>Whether the connection may become something else after this request.</summary>
    public bool IsUpgrade { get; private set; }

    /// <summary>The names in Connection beside the usual ones, which Kestrel drops when it reads keep-alive or close; or null.</summary>
    public List<string>? ConnectionOptions { get; private set; }

    /// <summary>Reads a head.</summary>
    /// <param name="head">All of it, up to and including the empty line.</param>
    /// <param name="limits">What is allowed.</param>
    /// <returns>Why it is refused, or null.</returns>
    public Refusal? Read(ReadOnlySpan<byte> head, LimitOptions limits)
    {
        (Method, Target, Framing, ContentLength, IsUpgrade, ConnectionOptions) = ("", "", BodyFraming.None, 0, false, null);
        var end = head.IndexOf("\r\n"u8);
        if (end > limits.MaxRequestLineBytes)
            return new(StatusCodes.Status414UriTooLong, "the request line is too long");
        return ReadRequestLine(head[..end], out var isVersion11) ?? ReadFields(head[(end + 2)..^2], isVersion11, limits);
    }

    private Refusal? ReadRequestLine(ReadOnlySpan<byte> line, out bool isVersion11)
    {
        isVersion11 = line.EndsWith(" HTTP/1.1"u8);
        var space = line.IndexOf((byte)' ');
        if (space < 0 || !HttpGrammar.IsToken(line[..space]))
            return Bad("the method is not a token");
        Method = Intern(line[..space]);
        if (!isVersion11 && !line.EndsWith(" HTTP/1.0"u8))
            return Bad("the version is neither HTTP/1.1 nor HTTP/1.0");
        if (line.Length - 9 <= space)
            return Bad("there is no request target");
        var target = line[(space + 1)..^9];
        if (!HttpGrammar.IsTarget(target))
            return Bad("the request target holds a space, a fragment, a control byte or a byte outside ASCII");
        if (!HasKnownForm(target))
            return Bad("the request target has none of the four forms");
        Target = Encoding.ASCII.GetString(target);
        return null;
    }

    private bool HasKnownForm(ReadOnlySpan<byte> target) =>
        target[0] == '/'
        || (Method == "CONNECT" && HttpGrammar.IsHost(target))
        || (Method == "OPTIONS" && target.SequenceEqual("*"u8))
        || target.StartsWith("http://"u8)
        || target.StartsWith("https://"u8);

    private Refusal? ReadFields(ReadOnlySpan<byte> section, bool isVersion11, LimitOptions limits)
    {
        var fields = new FieldReader(section);
        var (count, hosts, lengths, codings) = (0, 0, 0, 0);
        var (hasUpgrade, namesUpgrade) = (false, false);
        while (fields.Next())
        {
            if (++count > limits.MaxRequestHeaders)
                return new(StatusCodes.Status431RequestHeaderFieldsTooLarge, "there are too many headers");
            switch (fields.Name.Length)
            {
                case 4 when HttpGrammar.EqualsIgnoreCase(fields.Name, "host"u8):
                    if (++hosts > 1 || !HttpGrammar.IsHost(fields.Value))
                        return Bad("Host is not one host");
                    break;
                case 14 when HttpGrammar.EqualsIgnoreCase(fields.Name, "content-length"u8):
                    if (++lengths > 1 || !HttpGrammar.TryParseLength(fields.Value, out var length))
                        return Bad("Content-Length is not one number");
                    ContentLength = length;
                    break;
                case 17 when HttpGrammar.EqualsIgnoreCase(fields.Name, "transfer-encoding"u8):
                    if (++codings > 1 || !HttpGrammar.EqualsIgnoreCase(fields.Value, "chunked"u8))
                        return Bad("Transfer-Encoding is not chunked");
                    break;
                case 10 when HttpGrammar.EqualsIgnoreCase(fields.Name, "connection"u8):
                    ReadConnection(fields.Value, ref namesUpgrade);
                    break;
                case 7 when HttpGrammar.EqualsIgnoreCase(fields.Name, "upgrade"u8):
                    hasUpgrade = true;
                    break;
            }
        }

        if (fields.Error is { } error)
            return Bad(error);
        if (hosts == 0 && isVersion11)
            return Bad("Host is missing");
        if (codings > 0 && (lengths > 0 || !isVersion11))
            return Bad(lengths > 0 ? "there are both Content-Length and Transfer-Encoding" : "an HTTP/1.0 request is chunked");
        Framing = codings > 0 ? BodyFraming.Chunked : ContentLength > 0 ? BodyFraming.Length : BodyFraming.None;
        IsUpgrade = hasUpgrade && namesUpgrade && Framing == BodyFraming.None;
        return null;
    }

    private void ReadConnection(ReadOnlySpan<byte> value, ref bool namesUpgrade)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = HttpGrammar.Trim(value[range]);
            if (HttpGrammar.EqualsIgnoreCase(option, "upgrade"u8))
                namesUpgrade = true;
            else if (!option.IsEmpty && !HttpGrammar.EqualsIgnoreCase(option, "keep-alive"u8) && !HttpGrammar.EqualsIgnoreCase(option, "close"u8))
                (ConnectionOptions ??= []).Add(Encoding.Latin1.GetString(option));
        }
    }

    private static Refusal Bad(string reason) => new(StatusCodes.Status400BadRequest, reason);

    private static string Intern(ReadOnlySpan<byte> method)
    {
        if (method.SequenceEqual("GET"u8))
            return "GET";
        return method.SequenceEqual("POST"u8) ? "POST" : Encoding.ASCII.GetString(method);
    }
}
