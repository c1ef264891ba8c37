namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>Which requests a route is for.</summary>
internal static class MatchMapping
{
    /// <summary>Maps one entry of <c>match</c>.</summary>
    public static void Map(IstioField match, RouteTarget target)
    {
        // A name for people.
        _ = match["name"];
        if (match["uri"] is { } uri)
            MapText(uri, target, ("exact", "Match:Path"), ("prefix", "Match:PathStart"), ("regex", "Match:PathRegex"));
        target.Copy(match, ("ignoreUriCase", "Match:IgnorePathCase"));
        if (match["method"] is { } method)
            MapText(method, target, ("exact", "Match:Methods:0"));
        var headers = 0;
        foreach (var (name, value) in match["headers"]?.Entries ?? [])
            MapField(name, value, target, $"Match:Headers:{headers++}", isInverted: false);
        foreach (var (name, value) in match["withoutHeaders"]?.Entries ?? [])
            MapField(name, value, target, $"Match:Headers:{headers++}", isInverted: true);
        var parameters = 0;
        foreach (var (name, value) in match["queryParams"]?.Entries ?? [])
            MapField(name, value, target, $"Match:Query:{parameters++}", isInverted: false);
        match.Close();
    }

    private static void MapField(string name, IstioField value, RouteTarget target, string key, bool isInverted)
    {
        target.Set($"{key}:Name", name, value);
        if (value.IsEmpty)
        {
            target.Set($"{key}:Present", isInverted ? "false" : "true", value);
            return;
        }

        MapText(value, target, ("exact", $"{key}:Exact"), ("prefix", $"{key}:Prefix"), ("regex", $"{key}:Regex"));
        if (isInverted)
            target.Set($"{key}:Invert", "true", value);
    }

    private static void MapText(IstioField text, RouteTarget target, params IEnumerable<(string Field, string Key)> names)
    {
        target.Copy(text, names);
        text.Close();
    }
}
