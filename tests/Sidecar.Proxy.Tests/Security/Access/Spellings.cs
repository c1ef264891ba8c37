namespace Sidecar.Proxy.Tests.Security.Access;

/// <summary>Ways to write a path that some application reads as another one.</summary>
internal static class Spellings
{
    private static readonly string[] Before =
    [
        "", "/", "//", "/;", "/;x=1", "/%3b", "/%3Bx", "/.", "/.;x", "/.%3b", "/%2e", "/%252e", "/.%20", "/.%00", "/x/..", "/x/%2e%2E", "/x/..;y", "/x/%252e.", "/x/.%09.",
        "/x/%c0%ae%c0%ae", "/x%2f..", "/x%5c..", "/x/..%252f", "/%5c", "/\\", "/%2F", "/%252F", "/%25255c", "/%20", "/%01", "/x%2f%2e%2e",
    ];

    private static readonly string[] After =
    [
        "", "/", "//", "/.", "/%2e", ";x=1", ";", "%3b", "%253Bx", "%2F", "%5c", "\\", "%252f", "%00", "%00.css", "%2500", "%0d%0a", "%7f", "%09", "%20", "%20%20", "%C2%A0", "%e3%80%80",
        ".", "..", "%2e", "%2E%20",
    ];

    /// <summary>Each oddity alone.</summary>
    /// <param name="name">The path without its first slash.</param>
    public static IEnumerable<string> Alone(string name) =>
    [
        .. Before.Select(before => $"{before}/{name}"),
        .. Letters(name).Select(letters => $"/{letters}"),
        .. After.Select(after => $"/{name}{after}"),
        .. After.Select(after => $"/{name.Replace("/", $"{after}/", StringComparison.Ordinal)}"),
    ];

    /// <summary>Each oddity alone, and each pair of them.</summary>
    /// <param name="name">The path without its first slash.</param>
    public static IEnumerable<string> Of(string name) =>
    [
        .. Alone(name),
        .. from before in Before from letters in Letters(name) select $"{before}/{letters}",
        .. from letters in Letters(name) from after in After select $"/{letters}{after}",
        .. from before in Before from after in After select $"{before}/{name}{after}",
    ];

    /// <summary>Other letters for the same name.</summary>
    private static IEnumerable<string> Letters(string name)
    {
        var (first, rest) = (name[0], name[1..]);
        var code = (int)first;
        yield return name.ToUpperInvariant();
        yield return $"{char.ToUpperInvariant(first)}{rest}";
        yield return $"%{code:x2}{rest}";
        yield return string.Concat(name.Select(letter => letter == '/' ? "/" : $"%{(int)letter:X2}"));
        yield return $"%25{code:x2}{rest}";
        yield return $"%25%3{code >> 4:x}%3{code & 15:x}{rest}";
        yield return $"%2525{code:x2}{rest}";
        // UTF-8 in two, three, four and five bytes.
        yield return $"%C1%{(code & 0x3F) | 0x80:X2}{rest}";
        yield return $"%e0%81%{(code & 0x3F) | 0x80:x2}{rest}";
        yield return $"%F0%80%81%{(code & 0x3F) | 0x80:X2}{rest}";
        yield return $"%F8%80%80%81%{(code & 0x3F) | 0x80:X2}{rest}";
    }
}
