using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Knows where a slash at the end of a path makes a difference: who writes both /shop and /shop/ into routes tells them apart. Elsewhere it makes none.</summary>
internal sealed class TrailingSlashes
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _distinct;

    /// <summary>Looks for paths that are written both ways.</summary>
    public TrailingSlashes(IReadOnlyList<RouteOptions> routes)
    {
        var written = routes.Select(route => route.Match.Path ?? route.Match.PathPrefix ?? route.Match.PathStart).OfType<string>()
            .Select(RequestPath.Canonicalize).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        _distinct = written.Where(path => path.Length > 1 && path.EndsWith('/') && written.Contains(path[..^1])).Select(path => path[..^1])
            .ToHashSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether a slash at the end makes a difference.</summary>
    /// <param name="path">The canonical path, with or without it.</param>
    public bool Matter(string path) => _distinct.Set.Count > 0 && _distinct.Contains(path.AsSpan().TrimEnd('/'));
}
