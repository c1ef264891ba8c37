namespace Sidecar.Proxy.Traffic.Rewriting;

/// <summary>Says what of a route's requests goes on otherwise than it came.</summary>
internal sealed class HeadRewriter(PathRewriter? path, HeadEdits edits)
{
    /// <summary>Prepares a route's rewriting.</summary>
    /// <returns>The rewriter, or null when all goes on as it came.</returns>
    public static HeadRewriter? Of(RouteOptions options)
    {
        var path = options.Rewrite is { } rewrite ? PathRewriter.Of(options.Match, rewrite.Path, rewrite.PathPrefix, rewrite.PathRegex, rewrite.Replacement) : null;
        var edits = new HeadEdits(null, options.Rewrite?.Host, HeaderEdits.Of(options.RequestHeaders), HeaderEdits.Of(options.ResponseHeaders));
        return path is null && edits is { Host: null, Request: null, Response: null } ? null : new(path, edits);
    }

    /// <summary>Says it of a request.</summary>
    /// <returns>What goes on otherwise; the asterisk of an OPTIONS request is no path to rewrite.</returns>
    public HeadEdits Rewrite(RequestRecord record) => path is null || !record.Path.StartsWith('/') ? edits : edits with { Path = path.Rewrite(record.Path) };
}
