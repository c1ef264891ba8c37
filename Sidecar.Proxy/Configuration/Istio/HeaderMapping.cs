namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>What is changed about headers.</summary>
internal static class HeaderMapping
{
    /// <summary>Maps <c>headers</c>.</summary>
    public static void Map(IstioField headers, RouteTarget target)
    {
        Map(headers["request"], "RequestHeaders", target);
        Map(headers["response"], "ResponseHeaders", target);
        headers.Close();
    }

    private static void Map(IstioField? edits, string key, RouteTarget target)
    {
        if (edits is null)
            return;
        foreach (var (name, value) in edits["set"]?.Entries ?? [])
            target.Set(IsHost(name) && key == "RequestHeaders" ? "Rewrite:Host" : $"{key}:Set:{name}", Literal(value), value);
        foreach (var (name, value) in edits["add"]?.Entries ?? [])
            target.Set($"{key}:Add:{name}", Literal(value), value);
        var removed = edits["remove"]?.Items ?? [];
        for (var i = 0; i < removed.Count; i++)
            target.Set($"{key}:Remove:{i}", removed[i].Text, removed[i]);
        edits.Close();
    }

    private static bool IsHost(string name) => name.Equals("host", StringComparison.OrdinalIgnoreCase) || name.Equals(":authority", StringComparison.OrdinalIgnoreCase);

    /// <summary>Envoy replaces what stands between percent signs, and takes two of them for one.</summary>
    private static string Literal(IstioField value)
    {
        var text = value.Text.Replace("%%", "\0", StringComparison.Ordinal);
        if (text.Contains('%', StringComparison.Ordinal))
            value.Unsupported("values without Envoy's %COMMANDS% are");
        return text.Replace('\0', '%');
    }
}
