using System.Text.RegularExpressions;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Traffic.Rewriting;

/// <summary>Makes one path of another.</summary>
internal sealed class PathRewriter
{
    private readonly string? _whole;
    private readonly string? _start;
    private readonly string _replaced;
    private readonly Regex? _regex;
    private readonly string _replacement;

    private PathRewriter(RouteMatchOptions match, string? whole, string? start, string? regex, string? replacement)
    {
        (_whole, _start, _replacement) = (whole, start, replacement ?? "");
        var matched = RequestPath.Canonicalize(match.PathPrefix ?? match.PathStart ?? match.Path ?? "") ?? "";
        // The slash that ends a prefix begins what follows it.
        _replaced = match.PathPrefix is not null ? matched.TrimEnd('/') : matched;
        if (regex is not null)
            _regex = new(regex, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>Prepares a rewriter.</summary>
    /// <param name="match">What the paths have in common.</param>
    /// <param name="whole">What comes in place of all of a path, or null.</param>
    /// <param name="start">What comes in place of its start, or null.</param>
    /// <param name="regex">What is replaced within it, or null.</param>
    /// <param name="replacement">By what.</param>
    /// <returns>The rewriter, or null when paths stay as they are.</returns>
    public static PathRewriter? Of(RouteMatchOptions match, string? whole, string? start, string? regex = null, string? replacement = null) =>
        whole is null && start is null && regex is null ? null : new(match, whole, start, regex, replacement);

    /// <summary>Rewrites a path.</summary>
    /// <param name="path">The path as the client sent it.</param>
    /// <returns>The path that goes on; what is not replaced stays as it was, byte for byte.</returns>
    public string Rewrite(string path)
    {
        if (_whole is not null)
            return _whole;
        if (_start is not null)
            return Join(_start, path.AsSpan(path.StartsWith(_replaced, StringComparison.Ordinal) ? _replaced.Length : RequestPath.End(path, _replaced.Length)));
        var rewritten = _regex!.Replace(path, _replacement);
        return rewritten.StartsWith('/') ? rewritten : "/" + rewritten;
    }

    private static string Join(string start, ReadOnlySpan<char> rest) =>
        start.EndsWith('/') && rest.StartsWith('/') ? string.Concat(start, rest[1..]) : string.Concat(start, rest);
}
