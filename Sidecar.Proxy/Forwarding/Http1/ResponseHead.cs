namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>The head of an answer: status line and headers, taken apart.</summary>
internal sealed class ResponseHead
{
    /// <summary>The status code.</summary>
    public int StatusCode { get; set; }

    /// <summary>The reason phrase, or empty.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Whether the status line said HTTP/1.1 rather than HTTP/1.0.</summary>
    public bool IsVersion11 { get; set; }

    /// <summary>The headers in the order and with the spelling they came in.</summary>
    public List<KeyValuePair<string, string>> Fields { get; } = new(16);

    /// <summary>Whether a header that servers know is spelt otherwise than they spell it.</summary>
    public bool HasOwnSpelling { get; set; }

    /// <summary>The Content-Length, or -1.</summary>
    public long ContentLength { get; set; } = -1;

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked { get; set; }

    /// <summary>The options of all Connection headers, or null.</summary>
    public List<string>? ConnectionOptions { get; set; }

    /// <summary>Whether Connection says close, where its options were not taken apart.</summary>
    public bool ClosesConnection { get; set; }

    /// <summary>Whether Connection says keep-alive, where its options were not taken apart.</summary>
    public bool KeepsConnection { get; set; }

    /// <summary>How long the application keeps an idle connection, if it says so.</summary>
    public TimeSpan? KeepAliveTimeout { get; set; }

    /// <summary>Whether the connection may be used again after this answer.</summary>
    public bool IsPersistent => IsVersion11 ? !(ClosesConnection || HasConnectionOption("close")) : KeepsConnection || HasConnectionOption("keep-alive");

    /// <summary>Whether a header belongs to this hop alone because Connection names it.</summary>
    /// <param name="name">The header's name.</param>
    /// <returns>Whether it is named.</returns>
    public bool HasConnectionOption(string name)
    {
        if (ConnectionOptions is null)
            return false;
        foreach (var option in ConnectionOptions)
        {
            if (option.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>The value of a header.</summary>
    /// <param name="name">The header's name.</param>
    /// <returns>The first one's value, or null.</returns>
    public string? Field(string name) => Fields.FirstOrDefault(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>How the body ends (RFC 9112, section 6.3).</summary>
    /// <param name="method">The request's method.</param>
    /// <returns>The framing.</returns>
    public BodyFraming Framing(string method)
    {
        if (StatusCode is < 200 or 204 or 304 || HttpMethods.IsHead(method) || ContentLength == 0)
            return BodyFraming.None;
        if (IsChunked)
            return BodyFraming.Chunked;
        return ContentLength > 0 ? BodyFraming.Length : BodyFraming.UntilClose;
    }

    /// <summary>Makes room for the next answer.</summary>
    public void Clear()
    {
        (StatusCode, Reason, IsVersion11, HasOwnSpelling, ContentLength, IsChunked, ConnectionOptions, KeepAliveTimeout) = (0, "", false, false, -1, false, null, null);
        (ClosesConnection, KeepsConnection) = (false, false);
        Fields.Clear();
    }
}
