namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>What is asked for instead, and where clients are sent.</summary>
internal static class RewriteMapping
{
    /// <summary>Maps <c>rewrite</c>.</summary>
    /// <param name="rewrite">The field.</param>
    /// <param name="match">The entry of <c>match</c> that the route is for, or null.</param>
    /// <param name="target">The route.</param>
    public static void MapRewrite(IstioField rewrite, IstioField? match, RouteTarget target)
    {
        if (rewrite["uri"] is { } uri)
            MapUri(uri, match?["uri"], target);
        target.Copy(rewrite, ("authority", "Rewrite:Host"));
        if (rewrite["uriRegexRewrite"] is { } regex)
        {
            target.Copy(regex, ("match", "Rewrite:PathRegex"));
            if (regex["rewrite"] is { } replacement)
                target.Set("Rewrite:Replacement", Groups(replacement.Text), replacement);
            regex.Close();
        }

        rewrite.Close();
    }

    /// <summary>Maps <c>redirect</c>.</summary>
    public static void MapRedirect(IstioField redirect, RouteTarget target)
    {
        var (status, port, authority) = (redirect["redirectCode"], redirect["port"], redirect["authority"]);
        target.Set("Redirect:StatusCode", status?.Text ?? "301", status ?? redirect);
        if (authority is not null)
            target.Set("Redirect:Host", port is null ? authority.Text : $"{authority.Text}:{port.Text}", authority);
        else
            port?.Unsupported("with an authority it is");
        target.Copy(redirect, ("scheme", "Redirect:Scheme"), ("uri", "Redirect:Path"));
        redirect.Close();
    }

    private static void MapUri(IstioField uri, IstioField? matched, RouteTarget target)
    {
        if (matched?["regex"] is not null)
        {
            uri.Unsupported("where match.uri is a regex, uriRegexRewrite is");
            return;
        }

        // Whatever does not look at the path matches the slash that every path begins with.
        if (matched is null)
            target.Set("Match:PathPrefix", "/", uri);
        target.Set("Rewrite:PathPrefix", uri.Text, uri);
    }

    /// <summary>RE2 writes <c>\1</c> for what .NET writes <c>${1}</c>.</summary>
    private static string Groups(string replacement)
    {
        var text = replacement.Replace("$", "$$", StringComparison.Ordinal);
        for (var group = 0; group <= 9; group++)
            text = text.Replace($@"\{group}", $"${{{group}}}", StringComparison.Ordinal);
        return text;
    }
}
