using System.Text.Unicode;

namespace Sidecar.Proxy.Http1;

/// <summary>How large a request's head may be.</summary>
/// <param name="LineBytes">Its first line, without the CRLF; else 414.</param>
/// <param name="HeadBytes">All of it; else 431.</param>
/// <param name="Fields">How many fields it may have; else 431.</param>
/// <param name="IsLenient">Whether UTF-8 in a target is taken and escaped, instead of 400.</param>
internal readonly record struct HeadLimits(int LineBytes, int HeadBytes, int Fields, bool IsLenient = false);

/// <summary>
/// A request's head (RFC 9112, sections 2 to 6), read line by line as it comes. What is wrong is told by the first byte that is, so that the verdict does not
/// depend on how the bytes were cut into packets. Whatever two parsers could read differently is rejected.
/// </summary>
internal sealed class RequestHead
{
    private int _next;
    private bool _hasLine;
    private int _lengths;
    private int _codings;
    private bool _hasUpgrade;
    private bool _namesUpgrade;
    private bool _closes;
    private bool _keeps;
    private string _lastTarget = "";
    private string? _lastPath;
    private string _lastQuery = "";
    private string _lastHost = "";
    private byte[] _lastAgentBytes = [];
    private string? _lastAgent;

    /// <summary>The method; empty while it is not known.</summary>
    public string Method { get; private set; } = "";

    /// <summary>The request target as it came; empty while it is not known.</summary>
    public string Target { get; private set; } = "";

    /// <summary>The target in origin form: where the path begins, and the query with its <c>?</c> behind it; or <c>*</c>, or what CONNECT names.</summary>
    public string OriginForm { get; private set; } = "";

    /// <summary>Whether the client speaks HTTP/1.1 or a later 1.x.</summary>
    public bool IsVersion11 { get; private set; }

    /// <summary>The version; empty while it is not known.</summary>
    public string Protocol { get; private set; } = "";

    /// <summary>The host and port that the request is for: the target's, else the Host header's. Empty when there is none.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The path of <see cref="OriginForm"/>.</summary>
    public string Path { get; private set; } = "";

    /// <summary>The query of <see cref="OriginForm"/> with its <c>?</c>, or nothing.</summary>
    public string Query { get; private set; } = "";

    /// <summary>What the client calls itself, or null.</summary>
    public string? UserAgent { get; private set; }

    /// <summary>How the body ends.</summary>
    public BodyFraming Framing { get; private set; }

    /// <summary>How long the body is, or null when its head does not say.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>Whether the client waits for 100 (Continue) before it sends the body.</summary>
    public bool ExpectsContinue { get; private set; }

    /// <summary>Whether the connection may change its protocol with this request.</summary>
    public bool IsUpgrade { get; private set; }

    /// <summary>Whether the client goes on with the connection after the response.</summary>
    public bool KeepsConnection => IsVersion11 ? !_closes : _keeps && !_closes;

    /// <summary>What <c>Connection</c> names besides <c>close</c>, <c>keep-alive</c> and <c>upgrade</c>, or null.</summary>
    public List<string>? ConnectionOptions { get; private set; }

    /// <summary>The fields.</summary>
    public FieldTable Fields { get; } = new();

    /// <summary>How long the head is, once it has been read.</summary>
    public int Length { get; private set; }

    /// <summary>Begins with another request.</summary>
    /// <param name="bytes">Where its bytes are going to be.</param>
    public void Begin(byte[] bytes)
    {
        (_next, _hasLine, _lengths, _codings, _hasUpgrade, _namesUpgrade, _closes, _keeps) = (0, false, 0, 0, false, false, false, false);
        (Method, Target, OriginForm, IsVersion11, Host, Framing, ContentLength, ExpectsContinue, IsUpgrade, ConnectionOptions, Length) =
            ("", "", "", true, "", BodyFraming.None, null, false, false, null, 0);
        (Path, Query, UserAgent, Protocol) = ("", "", null, "");
        Fields.Reset(bytes);
    }

    /// <summary>Reads on.</summary>
    /// <param name="bytes">What has come so far, from the head's first byte on.</param>
    /// <param name="limits">How large the head may be.</param>
    /// <param name="isWhole">Whether the head is there, and <see cref="Length"/> says how long it is.</param>
    /// <returns>What is wrong, or null.</returns>
    public Rejection? Read(ReadOnlySpan<byte> bytes, HeadLimits limits, out bool isWhole)
    {
        isWhole = false;
        while (true)
        {
            var rest = bytes[_next..];
            var feed = rest.IndexOf((byte)'\n');
            if (!_hasLine)
            {
                if (CheckLine(feed < 0 ? rest : rest[..feed], limits) is { } wrong)
                    return wrong;
            }
            else if (_next + (feed < 0 ? rest.Length : feed + 1) > limits.HeadBytes)
            {
                return new(431, "the head is too large");
            }

            if (feed < 0)
                return null;
            if (feed == 0 || rest[feed - 1] != '\r')
                return Rejection.Bad("a line does not end in CRLF");
            var line = rest[..(feed - 1)];
            var start = _next;
            _next += feed + 1;
            if (!_hasLine)
            {
                _hasLine = true;
                if (ReadRequestLine(line, limits.IsLenient) is { } wrong)
                    return wrong;
            }
            else if (line.IsEmpty)
            {
                (Length, isWhole) = (_next, true);
                return Finish();
            }
            else if (Fields.Count == limits.Fields)
            {
                return new(431, "there are too many headers");
            }
            else if (ReadField(line, start) is { } wrong)
            {
                return wrong;
            }
        }
    }

    // The first line can be anything, TLS for instance: what cannot become a method any more is not waited for.
    private static Rejection? CheckLine(ReadOnlySpan<byte> line, HeadLimits limits)
    {
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        var isLong = line.Length > limits.LineBytes;
        // What lies beyond the limit may not have come yet.
        var known = isLong ? line[..limits.LineBytes] : line;
        var space = known.IndexOf((byte)' ');
        var method = space < 0 ? known : known[..space];
        if (space == 0 || (!method.IsEmpty && !HttpGrammar.IsToken(method)))
            return Rejection.Bad("the method is not a token");
        return isLong ? new(414, "the request line is too long") : null;
    }

    private Rejection? ReadRequestLine(ReadOnlySpan<byte> line, bool isLenient)
    {
        var space = line.IndexOf((byte)' ');
        if (space < 0)
            return Rejection.Bad("the request line has no target");
        Method = MethodOf(line[..space]);
        var last = line.LastIndexOf((byte)' ');
        var target = last > space ? line[(space + 1)..last] : [];
        if (ReadVersion(line[(last + 1)..]) is { } wrong)
            return wrong;
        if (target.IsEmpty)
            return Rejection.Bad("there is no request target");
        if (isLenient && !Ascii.IsValid(target) && Utf8.IsValid(target))
            target = Escape(target);
        var isSame = Ascii.Equals(target, _lastTarget);
        Target = Keep(ref _lastTarget, target);
        if (!HttpGrammar.IsTarget(target))
            return Rejection.Bad("the request target holds a space, a fragment, a control byte or a byte outside ASCII");
        if (ReadTarget(target) is { } other)
            return other;
        var end = target.IndexOf((byte)'?');
        if ((end < 0 ? target : target[..end]).IndexOf("%00"u8) >= 0)
            return Rejection.Bad("the path holds a null");
        if (isSame && _lastPath is { } path && ReferenceEquals(OriginForm, Target))
        {
            (Path, Query) = (path, _lastQuery);
            return null;
        }

        var query = OriginForm.IndexOf('?', StringComparison.Ordinal);
        (Path, Query) = query < 0 ? (OriginForm, "") : (OriginForm[..query], OriginForm[query..]);
        (_lastPath, _lastQuery) = ReferenceEquals(OriginForm, Target) ? (Path, Query) : (null, "");
        return null;
    }

    // As whoever sent it should have done, so that nobody behind this has to cope with it.
    private static byte[] Escape(ReadOnlySpan<byte> target)
    {
        var escaped = new StringBuilder();
        foreach (var value in target)
            escaped.Append(value < 0x80 ? $"{(char)value}" : $"%{value:X2}");
        return Encoding.ASCII.GetBytes(escaped.ToString());
    }

    private Rejection? ReadVersion(ReadOnlySpan<byte> version)
    {
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || !char.IsAsciiDigit((char)version[5]) || version[6] != '.' || !char.IsAsciiDigit((char)version[7]))
            return Rejection.Bad("the request line does not end in a version of HTTP");
        // RFC 9110, section 2.5: a minor version that is not known is read as the highest that is.
        IsVersion11 = version[7] != '0';
        if (version[5] != '1')
        {
            Protocol = Encoding.ASCII.GetString(version);
            return new(505, "the version is not HTTP/1");
        }

        Protocol = IsVersion11 ? "HTTP/1.1" : "HTTP/1.0";
        return null;
    }

    private Rejection? ReadTarget(ReadOnlySpan<byte> target)
    {
        OriginForm = Target;
        if (target[0] == '/' || (Method == "OPTIONS" && target.SequenceEqual("*"u8)))
            return null;
        if (Method == "CONNECT")
        {
            Host = Target;
            return target.Contains((byte)':') && HttpGrammar.IsHost(target) ? null : Rejection.Bad("CONNECT does not name a host and a port");
        }

        var scheme = HttpGrammar.StartsWithIgnoreCase(target, "http://"u8) ? 7 : HttpGrammar.StartsWithIgnoreCase(target, "https://"u8) ? 8 : 0;
        if (scheme == 0)
            return Rejection.Bad("the request target has none of the four forms");
        // RFC 9112, section 3.2.2: the target's authority counts, whatever Host says.
        var rest = target[scheme..];
        var end = rest.IndexOfAny((byte)'/', (byte)'?');
        var authority = end < 0 ? rest : rest[..end];
        if (authority.IsEmpty || !HttpGrammar.IsHost(authority))
            return Rejection.Bad("the request target does not name one host");
        Host = Encoding.ASCII.GetString(authority);
        OriginForm = end < 0 ? (Method == "OPTIONS" ? "*" : "/") : rest[end] == '/' ? Encoding.ASCII.GetString(rest[end..]) : "/" + Encoding.ASCII.GetString(rest[end..]);
        return null;
    }

    private Rejection? ReadField(ReadOnlySpan<byte> line, int start)
    {
        if (FieldLine.Read(line, out var nameLength, out var value, out var valueLength) is { } wrong)
            return Rejection.Bad(wrong);
        var role = HeaderRoles.Of(line[..nameLength]);
        Fields.Add(role, (start, nameLength), (start + value, valueLength), _next);
        return role is HeaderRole.EndToEnd ? null : Note(role, line.Slice(value, valueLength));
    }

    private Rejection? Note(HeaderRole role, ReadOnlySpan<byte> value)
    {
        switch (role)
        {
            case HeaderRole.Host:
                if (Fields.IndexOf("Host") != Fields.Count - 1 || !HttpGrammar.IsHost(value))
                    return Rejection.Bad("Host is not one host");
                if (Target == OriginForm && Method != "CONNECT")
                    Host = Keep(ref _lastHost, value);
                break;
            case HeaderRole.ContentLength:
                if (++_lengths > 1 || !HttpGrammar.TryParseLength(value, out var length))
                    return Rejection.Bad("Content-Length is not one number");
                ContentLength = length;
                break;
            case HeaderRole.TransferEncoding:
                if (++_codings > 1 || !HttpGrammar.EqualsIgnoreCase(value, "chunked"u8))
                    return Rejection.Bad("Transfer-Encoding is not chunked");
                break;
            case HeaderRole.UserAgent:
                UserAgent ??= KeepAgent(value);
                break;
            case HeaderRole.Connection:
                NoteConnection(value);
                break;
            case HeaderRole.Upgrade:
                _hasUpgrade = true;
                break;
            case HeaderRole.Expect:
                ExpectsContinue = IsVersion11 && HttpGrammar.EqualsIgnoreCase(value, "100-continue"u8);
                break;
        }

        return null;
    }

    private void NoteConnection(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = HttpGrammar.Trim(value[range]);
            if (HttpGrammar.EqualsIgnoreCase(option, "upgrade"u8))
                _namesUpgrade = true;
            else if (HttpGrammar.EqualsIgnoreCase(option, "close"u8))
                _closes = true;
            else if (HttpGrammar.EqualsIgnoreCase(option, "keep-alive"u8))
                _keeps = true;
            else if (!option.IsEmpty)
                (ConnectionOptions ??= []).Add(Encoding.Latin1.GetString(option));
        }
    }

    private Rejection? Finish()
    {
        if (IsVersion11 && Fields.IndexOf("Host") < 0)
            return Rejection.Bad("Host is missing");
        if (_codings > 0 && _lengths > 0)
            return Rejection.Bad("there are both Content-Length and Transfer-Encoding");
        if (_codings > 0 && !IsVersion11)
            return Rejection.Bad("an HTTP/1.0 request is chunked");
        Framing = _codings > 0 ? BodyFraming.Chunked : ContentLength > 0 ? BodyFraming.Length : BodyFraming.None;
        ExpectsContinue &= Framing != BodyFraming.None;
        IsUpgrade = _hasUpgrade && _namesUpgrade && IsVersion11 && Framing == BodyFraming.None;
        return null;
    }

    private string KeepAgent(ReadOnlySpan<byte> text)
    {
        if (_lastAgent is null || !text.SequenceEqual(_lastAgentBytes))
            (_lastAgentBytes, _lastAgent) = (text.ToArray(), HttpText.Read(text));
        return _lastAgent;
    }

    // Clients repeat themselves.
    private static string Keep(ref string last, ReadOnlySpan<byte> text)
    {
        if (!Ascii.Equals(text, last))
            last = Encoding.Latin1.GetString(text);
        return last;
    }

    private static string MethodOf(ReadOnlySpan<byte> method)
    {
        foreach (var known in (ReadOnlySpan<string>)["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"])
        {
            if (Ascii.Equals(method, known))
                return known;
        }

        return Encoding.ASCII.GetString(method);
    }
}
