using System.Globalization;
using System.Text;
using Sidecar.Proxy.Traffic;
using Sidecar.Proxy.Traffic.Routing;

namespace Sidecar.Proxy.Security.Access;

/// <summary>
/// Where routes have rules of their own, a path must not be read in one way here and in another by the application: <c>/x/..%2fadmin</c> would take
/// the rules of <c>/x</c>, and may reach <c>/admin</c>.
/// </summary>
/// <param name="routes">All routes.</param>
internal sealed class GuardedPaths(IReadOnlyList<RouteOptions> routes)
{
    private readonly Guard[] _guards = routes.Any(route => route.Access is not null) ? [.. routes.Where(route => route.Match.LooksAtPath).Select(route => new Guard(route))] : [];

    // Who writes both /shop and /shop/ into routes tells them apart.
    private readonly HashSet<string> _written = [.. routes.Select(route => route.Match.Path ?? route.Match.PathPrefix ?? route.Match.PathStart).OfType<string>().Select(RequestPath.Normalize)];

    /// <summary>Whether a path could be read as one of another route, by an application that decodes, resolves or ignores what this sidecar leaves as it is.</summary>
    /// <param name="path">The path as it came.</param>
    /// <param name="inForce">The rules of the route it takes, or null where that has none of its own.</param>
    /// <returns>Whether it could.</returns>
    public bool IsAmbiguous(string path, AccessOptions? inForce)
    {
        if (_guards.Length == 0)
            return false;
        if (Canonical(path) is not { } canonical)
            return true;
        var normal = RequestPath.Normalize(path);
        foreach (var guard in _guards)
        {
            if (guard.Differs(normal, canonical) || (guard.DiffersByLastSlash(normal, canonical, inForce) && !_written.Contains(normal)))
                return true;
        }

        return false;
    }

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

    /// <summary>A route, as it is read here and as it could be.</summary>
    private sealed class Guard(RouteOptions route)
    {
        private readonly RouteMatch _here = new(route.Match);
        private readonly RouteMatch _there = new(route.Match with { IgnorePathCase = true });

        // Who writes /a%2Fb or /a;b into a route means it.
        private readonly bool _isOdd = (route.Match.Path ?? route.Match.PathPrefix ?? route.Match.PathStart) is { } own && Canonical(own) != own;

        /// <summary>Whether the route is taken in one reading only.</summary>
        /// <param name="normal">The path as it is read here.</param>
        /// <param name="canonical">The path as it could be read.</param>
        public bool Differs(string normal, string canonical) => _here.IsPath(normal) ? !_isOdd && !_there.IsPath(canonical) : _there.IsPath(canonical);

        /// <summary>
        /// Whether the route keeps people out who may be let in here, and would be taken but for a slash at the end, to which many frameworks are indifferent.
        /// </summary>
        /// <param name="normal">The path as it is read here.</param>
        /// <param name="canonical">The path as it could be read.</param>
        /// <param name="inForce">The rules of the route it takes.</param>
        /// <returns>Whether it would.</returns>
        public bool DiffersByLastSlash(string normal, string canonical, AccessOptions? inForce) =>
            route is { Match.Path: { Length: > 1 } exact, Access: { Anonymous: false } own } && !ReferenceEquals(own, inForce) && !_here.IsPath(normal)
            && canonical.AsSpan().TrimEnd('/').Equals(exact.AsSpan().TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
    }
}
