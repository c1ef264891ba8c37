namespace Sidecar.Proxy.Traffic.Rewriting;

/// <summary>Where a route's requests are sent.</summary>
/// <param name="route">The route, which has a <see cref="RouteOptions.Redirect"/>.</param>
internal sealed class Redirect(RouteOptions route)
{
    private readonly RedirectOptions _options = route.Redirect!;
    private readonly PathRewriter? _path = PathRewriter.Of(route.Match, route.Redirect!.Path, route.Redirect.PathPrefix);

    /// <summary>Says where a request is sent.</summary>
    /// <param name="record">The request.</param>
    /// <returns>
    /// The Location header. It names neither scheme nor host that the configuration does not change: behind a balancer that ends TLS the
    /// sidecar does not know the client's (RFC 9110, section 10.2.2, allows a reference).
    /// </returns>
    public string Location(RequestRecord record)
    {
        // OPTIONS asks for * where it asks for no path, and that would become part of the host.
        var from = record.Path.StartsWith('/') ? record.Path : "/";
        var path = _path?.Rewrite(from) ?? from;
        if (_options.Scheme is { } scheme)
            return $"{scheme}://{_options.Host ?? WithoutPort(record.Host)}{path}{record.Query}";
        if (_options.Host is { } host)
            return $"//{host}{path}{record.Query}";
        // Two slashes at the start would be a host of the client's choosing.
        return $"/{path.AsSpan().TrimStart(@"/\")}{record.Query}";
    }

    private static string WithoutPort(string authority)
    {
        var port = authority.LastIndexOf(':');
        return port > authority.LastIndexOf(']') ? authority[..port] : authority;
    }
}
