using System.Text.RegularExpressions;
using Sidecar.Proxy.Observability;

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
    private readonly string[] _hosts;
    private readonly FieldMatch[] _headers;
    private readonly FieldMatch[] _query;
    private readonly FieldMatch[] _cookies;

    /// <summary>Prepares a match.</summary>
    /// <param name="options">What is asked for.</param>
    public RouteMatch(RouteMatchOptions options)
    {
        _pathCase = options.IgnorePathCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        (_path, _prefix, _start) = (Normalize(options.Path), Normalize(options.PathPrefix), Normalize(options.PathStart));
        _regex = Pattern.Compile(options.PathRegex, options.IgnorePathCase);
        (_methods, _hosts) = ([.. options.Methods], [.. options.Hosts]);
        _headers = [.. options.Headers.Select(field => new FieldMatch(field))];
        _query = [.. options.Query.Select(field => new FieldMatch(field))];
        _cookies = [.. options.Cookies.Select(field => new FieldMatch(field))];
    }

    /// <summary>Looks for it in a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">Its telemetry.</param>
    /// <param name="path">Its path in normal form.</param>
    /// <returns>Whether all of it is there.</returns>
    public bool Matches(HttpContext context, RequestRecord record, string path) =>
        IsPath(path) && (_methods.Length == 0 || _methods.Contains(record.Method)) && (_hosts.Length == 0 || IsHost(record.Host))
        && HaveHeaders(context.Request.Headers) && HasQuery(record.Query) && HaveCookies(context.Request.Headers);

    /// <summary>Whether a path is one that is looked for, whatever else must be there.</summary>
    /// <param name="path">The path in normal form.</param>
    /// <returns>Whether it is.</returns>
    public bool IsPath(string path)
    {
        if (_path is not null)
            return path.Equals(_path, _pathCase);
        if (_prefix is not null)
            return path.StartsWith(_prefix, _pathCase) && (path.Length == _prefix.Length || _prefix.EndsWith('/') || path[_prefix.Length] == '/');
        if (_start is not null)
            return path.StartsWith(_start, _pathCase);
        return _regex is null || _regex.IsMatch(path);
    }

    private static string? Normalize(string? path) => path is null ? null : RequestPath.Normalize(path);

    private bool IsHost(string authority)
    {
        var port = authority.LastIndexOf(':');
        // A colon inside brackets is part of an IPv6 address.
        var host = port > authority.LastIndexOf(']') ? authority.AsSpan(0, port) : authority;
        // The dot of the root makes no other host of it (RFC 3986, section 3.2.2), so it must not make another route of it.
        if (host.EndsWith('.'))
            host = host[..^1];
        foreach (var one in _hosts)
        {
            if (one.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(one.AsSpan(1), StringComparison.OrdinalIgnoreCase) : host.Equals(one, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private bool HaveHeaders(IHeaderDictionary headers)
    {
        foreach (var field in _headers)
        {
            if (!field.Matches(RequestFields.Header(headers, field.Name)))
                return false;
        }

        return true;
    }

    private bool HasQuery(string query)
    {
        foreach (var field in _query)
        {
            if (!field.Matches(RequestFields.Parameter(query, field.Name)))
                return false;
        }

        return true;
    }

    private bool HaveCookies(IHeaderDictionary headers)
    {
        foreach (var field in _cookies)
        {
            if (!field.Matches(RequestFields.Cookie(headers, field.Name)))
                return false;
        }

        return true;
    }
}
