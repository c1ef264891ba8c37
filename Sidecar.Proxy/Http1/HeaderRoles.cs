namespace Sidecar.Proxy.Http1;

/// <summary>The table of <see cref="HeaderRole"/>s, and what follows from a role.</summary>
internal static class HeaderRoles
{
    private static readonly (byte[] Name, HeaderRole Role)[][] ByLength = Table();

    /// <summary>The role of a header.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>The role.</returns>
    public static HeaderRole Of(ReadOnlySpan<byte> name)
    {
        if (name.Length >= ByLength.Length)
            return HeaderRole.EndToEnd;
        foreach (var (known, role) in ByLength[name.Length])
        {
            if ((known[0] ^ (name[0] | 0x20)) == 0 && Ascii.EqualsIgnoreCase(known, name))
                return role;
        }

        return name.Contains((byte)'_') ? OfUnderscored(Encoding.Latin1.GetString(name)) : HeaderRole.EndToEnd;
    }

    /// <summary>The role of a header.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>The role.</returns>
    public static HeaderRole Of(ReadOnlySpan<char> name)
    {
        if (name.Length >= ByLength.Length)
            return HeaderRole.EndToEnd;
        foreach (var (known, role) in ByLength[name.Length])
        {
            if ((known[0] ^ (name[0] | 0x20)) == 0 && Ascii.EqualsIgnoreCase(known, name))
                return role;
        }

        return name.Contains('_') ? OfUnderscored(name) : HeaderRole.EndToEnd;
    }

    /// <summary>Whether a request's header goes on as it is; the others go no further, or are written anew.</summary>
    /// <param name="role">Its role.</param>
    /// <returns>Whether it does.</returns>
    public static bool PassesInRequest(this HeaderRole role) =>
        role is HeaderRole.EndToEnd or HeaderRole.NotInTrailers or HeaderRole.RequestId or HeaderRole.UserAgent or HeaderRole.Trailer or HeaderRole.Date;

    /// <summary>Whether a response's header goes on as it is.</summary>
    /// <param name="role">Its role.</param>
    /// <returns>Whether it does.</returns>
    public static bool PassesInResponse(this HeaderRole role) =>
        role is not (HeaderRole.HopByHop or HeaderRole.Connection or HeaderRole.KeepAlive or HeaderRole.Upgrade or HeaderRole.TransferEncoding);

    /// <summary>Whether a header may come after the content.</summary>
    /// <param name="role">Its role.</param>
    /// <returns>Whether it may.</returns>
    public static bool PassesInTrailers(this HeaderRole role) => role == HeaderRole.EndToEnd;

    /// <summary>Whether configuration may set, add or remove a header.</summary>
    /// <param name="role">Its role.</param>
    /// <returns>Whether it may.</returns>
    public static bool IsEditable(this HeaderRole role) =>
        role is HeaderRole.EndToEnd or HeaderRole.NotInTrailers or HeaderRole.RequestId or HeaderRole.UserAgent or HeaderRole.Date or HeaderRole.Forwarding;

    // Many applications take an underscore for a hyphen: what they would take for a proxy's word is one.
    private static HeaderRole OfUnderscored(ReadOnlySpan<char> name)
    {
        Span<char> spelt = stackalloc char[name.Length];
        name.Replace(spelt, '_', '-');
        return Of(spelt) == HeaderRole.Forwarding ? HeaderRole.Forwarding : HeaderRole.EndToEnd;
    }

    private static (byte[] Name, HeaderRole Role)[][] Table()
    {
        (string Names, HeaderRole Role)[] table =
        [
            ("connection", HeaderRole.Connection),
            ("keep-alive", HeaderRole.KeepAlive),
            ("upgrade", HeaderRole.Upgrade),
            ("te", HeaderRole.Te),
            ("trailer", HeaderRole.Trailer),
            ("transfer-encoding", HeaderRole.TransferEncoding),
            ("content-length", HeaderRole.ContentLength),
            ("host", HeaderRole.Host),
            ("expect", HeaderRole.Expect),
            ("date", HeaderRole.Date),
            ("user-agent", HeaderRole.UserAgent),
            ("traceparent tracestate", HeaderRole.Trace),
            ("x-request-id", HeaderRole.RequestId),
            ("proxy-connection proxy-authenticate proxy-authentication-info", HeaderRole.HopByHop),
            ("proxy-authorization http2-settings", HeaderRole.RequestHopByHop),
            ("forwarded x-forwarded-for x-forwarded-proto x-forwarded-host x-forwarded-port x-forwarded-prefix x-real-ip x-forwarded-client-cert", HeaderRole.Forwarding),
            ("authorization cookie set-cookie www-authenticate authentication-info x-api-key", HeaderRole.NotInTrailers),
            ("content-encoding content-type content-range content-language content-location", HeaderRole.NotInTrailers),
            ("cache-control max-forwards pragma range if-match if-none-match if-modified-since if-unmodified-since if-range", HeaderRole.NotInTrailers),
            ("age expires location retry-after vary warning", HeaderRole.NotInTrailers),
        ];
        (byte[] Name, HeaderRole Role)[] entries = [.. table.SelectMany(row => row.Names.Split(' ').Select(name => (Encoding.ASCII.GetBytes(name), row.Role)))];
        return [.. Enumerable.Range(0, entries.Max(entry => entry.Name.Length) + 1).Select(length => entries.Where(entry => entry.Name.Length == length).ToArray())];
    }
}
