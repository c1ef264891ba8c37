using System.Collections.Frozen;

namespace Sidecar.Proxy.Configuration;

/// <summary>Hides secrets in what is told of a request. What holds none is returned as it is, without an allocation.</summary>
/// <param name="options">The names and paths.</param>
/// <param name="parameter">One more query parameter that is secret, or null.</param>
public sealed class Redactor(RedactionOptions options, string? parameter = null)
{
    /// <summary>What stands for a secret; OpenTelemetry's word for it.</summary>
    public const string Hidden = "REDACTED";

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _parameters =
        (parameter is null ? options.QueryParameters : options.QueryParameters.Append(parameter)).ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    private readonly string[][] _paths = [.. options.Paths.Select(path => path.Trim('/').Split('/'))];

    /// <summary>Hides the values of secret parameters.</summary>
    /// <param name="query">A query with its question mark, or empty.</param>
    /// <returns>The query as it may be seen.</returns>
    public string Query(string query)
    {
        var result = query;
        // From the end, so that what is found keeps its place while what follows it changes.
        for (var end = query.Length; end > 1;)
        {
            var start = Math.Max(query.AsSpan(0, end).LastIndexOfAny('&', ';'), 0);
            var pair = query.AsSpan(start + 1, end - start - 1);
            var equals = pair.IndexOf('=');
            if (equals > 0 && equals < pair.Length - 1 && IsSecret(pair[..equals]))
                result = string.Concat(result.AsSpan(0, start + 2 + equals), Hidden, result.AsSpan(end));
            end = start;
        }

        return result;
    }

    /// <summary>Hides the segments that are secret.</summary>
    /// <param name="path">A path as the client sent it.</param>
    /// <returns>The path as it may be seen.</returns>
    public string Path(string path)
    {
        if (_paths.Length == 0)
            return path;
        foreach (var pattern in _paths)
        {
            if (TryHide(path, pattern) is { } hidden)
                return hidden;
        }

        return path;
    }

    private bool IsSecret(ReadOnlySpan<char> name) =>
        // An application reads to%6ben as token.
        name.Contains('%') ? _parameters.Contains(Uri.UnescapeDataString(name)) : _parameters.Contains(name);

    private static string? TryHide(string path, string[] pattern)
    {
        var segments = path.TrimStart('/').Split('/');
        if (segments.Length < pattern.Length)
            return null;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i][0] == '{')
                segments[i] = Hidden;
            else if (pattern[i] != "*" && !pattern[i].Equals(segments[i], StringComparison.OrdinalIgnoreCase))
                return null;
        }

        return "/" + string.Join('/', segments);
    }
}
