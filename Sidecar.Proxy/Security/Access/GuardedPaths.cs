using System.Globalization;
using System.Text;
using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Security.Access;

/// <summary>
/// Where routes have rules of their own, a path must not be read in one way here and in another by the application: <c>/x/..%2fadmin</c> would take
/// the rules of <c>/x</c>, and may reach <c>/admin</c>.
/// </summary>
/// <param name="routes">All routes.</param>
internal sealed class GuardedPaths(IReadOnlyList<RouteOptions> routes)
{
    private readonly string[] _prefixes = routes.Any(route => route.Access is not null)
        ? [.. routes.Select(route => route.Match.PathPrefix).OfType<string>().Distinct(StringComparer.Ordinal)]
        : [];

    /// <summary>Whether a path could be read as one of another route, by an application that decodes, resolves or ignores what this sidecar leaves as it is.</summary>
    /// <param name="path">The path as it came.</param>
    /// <returns>Whether it could.</returns>
    public bool IsAmbiguous(string path)
    {
        if (_prefixes.Length == 0)
            return false;
        if (Canonical(path) is not { } canonical)
            return true;
        foreach (var prefix in _prefixes)
        {
            if (IsUnder(path, prefix, StringComparison.Ordinal) != IsUnder(canonical, prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static bool IsUnder(string path, string prefix, StringComparison comparison) =>
        path.StartsWith(prefix, comparison) && (path.Length == prefix.Length || prefix.EndsWith('/') || path[prefix.Length] == '/');

    /// <summary>The path as the most obliging server reads it.</summary>
    /// <returns>The path, or null when there are dot segments in it, which no client sends that means well.</returns>
    private static string? Canonical(string path)
    {
        if (!path.AsSpan().ContainsAny("%\\;") && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal))
            return path;
        var result = new StringBuilder(path.Length);
        foreach (var segment in Decode(path).Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            // Servlet containers leave out what follows the semicolon.
            var name = segment.Split(';')[0];
            if (name is "." or "..")
                return null;
            result.Append('/').Append(name);
        }

        return path.EndsWith('/') || result.Length == 0 ? result.Append('/').ToString() : result.ToString();
    }

    private static string Decode(string path)
    {
        var result = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length && byte.TryParse(path.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                result.Append((char)value);
                i += 2;
            }
            else
            {
                result.Append(path[i]);
            }
        }

        return result.ToString();
    }
}
