using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>What a request must have, ready to be looked for.</summary>
internal sealed class RouteMatch
{
    private readonly string? _path;
    private readonly string? _prefix;
    private readonly string? _start;
    private readonly Regex? _regex;
    private readonly StringComparison _pathCase;
    private readonly string[] _methods;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _hosts;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _domains;
    private readonly FieldMatch[] _fields;

    /// <summary>Prepares a match.</summary>
    /// <param name="options">What is asked for.</param>
    public RouteMatch(RouteMatchOptions options)
    {
        _pathCase = options.IgnorePathCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        (_path, _prefix, _start) = (Canonical(options.Path), Canonical(options.PathPrefix), Canonical(options.PathStart));
        _regex = Pattern.Compile(options.PathRegex, options.IgnorePathCase);
        _methods = [.. options.Methods];
        // HEAD asks for what GET asks for (RFC 9110, section 9.3.2).
        if (_methods.Contains(HttpMethods.Get) && !_methods.Contains(HttpMethods.Head))
            _methods = [.. _methods, HttpMethods.Head];
        _hosts = Lookup(options.Hosts.Where(static host => host[0] != '*'));
        _domains = Lookup(options.Hosts.Where(static host => host[0] == '*').Select(static host => host[1..]));
        _fields =
        [
            .. options.Headers.Select(static field => new FieldMatch(field, RequestFields.Header, RequestFields.IsHeaderDoubled)),
            .. options.Query.Select(static field => new FieldMatch(field, RequestFields.Parameter, RequestFields.IsParameterDoubled)),
            .. options.Cookies.Select(static field => new FieldMatch(field, RequestFields.Cookie, RequestFields.IsCookieDoubled)),
        ];
    }

    /// <summary>Looks for it in a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">Its telemetry.</param>
    /// <param name="path">Its canonical path.</param>
    /// <param name="anySlash">Whether a slash at the end makes no difference.</param>
    /// <returns>Whether all of it is there.</returns>
    public bool Matches(HttpContext context, RequestRecord record, string path, bool anySlash) => IsPath(path, anySlash) && MatchesBesidesPath(context, record);

    /// <summary>Looks for all but the path in a request.</summary>
    /// <returns>Whether all of it is there.</returns>
    public bool MatchesBesidesPath(HttpContext context, RequestRecord record) =>
        (_methods.Length == 0 || _methods.Contains(record.Method)) && (_hosts.Set.Count + _domains.Set.Count == 0 || IsHost(record.Host))
        && HasFields(context, record);

    /// <summary>Whether a request has a header, a parameter or a cookie more than once that is looked for, so that the application may read another one.</summary>
    public bool IsDoubled(HttpContext context, RequestRecord record) => _fields.Any(field => field.IsDoubled(context, record));

    /// <summary>Whether a path is one that is looked for, whatever else must be there.</summary>
    /// <param name="path">The canonical path.</param>
    /// <param name="anySlash">Whether a slash at the end makes no difference.</param>
    public bool IsPath(string path, bool anySlash)
    {
        if (_path is not null)
            return path.Equals(_path, _pathCase) || (anySlash && path.AsSpan().TrimEnd('/').Equals(_path.AsSpan().TrimEnd('/'), _pathCase));
        if (_prefix is not null)
            return (path.StartsWith(_prefix, _pathCase) && (path.Length == _prefix.Length || _prefix.EndsWith('/') || path[_prefix.Length] == '/')) || (anySlash && IsBut(_prefix, path));
        if (_start is not null)
            return path.StartsWith(_start, _pathCase) || (anySlash && IsBut(_start, path));
        return _regex is null || _regex.IsMatch(path) || (anySlash && MatchesOtherSlash(path));
    }

    /// <summary>Whether paths in a folder are looked for, whatever the case of their letters; the folder's own path, with and without its slash, is one of them.</summary>
    /// <param name="folder">The folder's canonical path, with a slash at its end.</param>
    /// <returns>All of them, none of them, or perhaps some.</returns>
    public Coverage Covers(string folder)
    {
        if (_regex is not null)
            return Coverage.Some;
        if ((_path ?? _prefix ?? _start) is not { } written)
            return Coverage.All;
        if (written is "/" && _path is null)
            return Coverage.All;
        var bare = folder[..^1];
        if ((_prefix is not null && bare.StartsWith(_prefix, _pathCase) && (bare.Length == _prefix.Length || _prefix.EndsWith('/') || bare[_prefix.Length] == '/'))
            || (_start is not null && bare.StartsWith(_start, _pathCase)))
            return Coverage.All;
        var meets = $"{written.TrimEnd('/')}/".StartsWith(folder, StringComparison.OrdinalIgnoreCase)
            || (_path is null && folder.StartsWith(written, StringComparison.OrdinalIgnoreCase));
        return meets ? Coverage.Some : Coverage.None;
    }

    private static string? Canonical(string? path) => path is null ? null : RequestPath.Canonicalize(path);

    private bool IsBut(string folder, string path) => folder.Length == path.Length + 1 && folder.EndsWith('/') && folder.StartsWith(path, _pathCase);

    private bool MatchesOtherSlash(string path)
    {
        if (path is [_, .., '/'])
            return _regex!.IsMatch(path.AsSpan(..^1));
        Span<char> slashed = path.Length < 256 ? stackalloc char[path.Length + 1] : new char[path.Length + 1];
        path.CopyTo(slashed);
        slashed[^1] = '/';
        return _regex!.IsMatch(slashed);
    }

    private bool IsHost(string authority)
    {
        var port = authority.LastIndexOf(':');
        // A colon inside brackets is part of an IPv6 address.
        var host = port > authority.LastIndexOf(']') ? authority.AsSpan(0, port) : authority;
        // The dot of the root makes no other host of it (RFC 3986, section 3.2.2), so it must not make another route of it.
        if (host.EndsWith('.'))
            host = host[..^1];
        return _hosts.Contains(host) || (_domains.Set.Count > 0 && IsBelowDomain(host));
    }

    private bool IsBelowDomain(ReadOnlySpan<char> host)
    {
        for (var i = 0; i < host.Length; i++)
        {
            if (host[i] == '.' && _domains.Contains(host[i..]))
                return true;
        }

        return false;
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup(IEnumerable<string> names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private bool HasFields(HttpContext context, RequestRecord record)
    {
        foreach (var field in _fields)
        {
            if (!field.Matches(context, record))
                return false;
        }

        return true;
    }
}

/// <summary>How many of some paths a route looks for.</summary>
internal enum Coverage
{
    /// <summary>None.</summary>
    None,

    /// <summary>Perhaps some.</summary>
    Some,

    /// <summary>All.</summary>
    All,
}
