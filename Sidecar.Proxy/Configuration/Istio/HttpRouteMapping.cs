namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>Makes routes of a VirtualService's.</summary>
internal sealed class HttpRouteMapping(IstioClusters clusters, IstioSettings settings)
{
    private readonly Dictionary<string, int> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes them.</summary>
    public void Map(VirtualService service)
    {
        var hosts = HostsOf(service);
        for (var i = 0; i < service.Routes.Count; i++)
        {
            var route = service.Routes[i];
            var name = $"{service.Name}/{route["name"]?.Text ?? i.ToString(CultureInfo.InvariantCulture)}";
            // Any of them will do; here each is a route of its own.
            List<IstioField?> matches = [.. route["match"]?.Items ?? []];
            if (matches.Count == 0)
                matches.Add(null);
            for (var m = 0; m < matches.Count; m++)
                Map(service, route, matches[m], hosts, Unique(matches.Count > 1 ? $"{name}/{m}" : name));
        }
    }

    /// <summary>The hosts that requests must be for; what comes to this sidecar is for the application, whatever name a client knows it by.</summary>
    private string[] HostsOf(VirtualService service)
    {
        var full = service.Hosts.Select(host => IstioHost.Full(host, service.Namespace));
        return full.Any(host => host == "*" || clusters.IsApp(host)) ? [] : [.. service.Hosts.SelectMany(host => IstioHost.Names(host, service.Namespace))];
    }

    private string Unique(string name)
    {
        var unique = name;
        while (!_names.TryAdd(unique, 1))
            unique = $"{name}#{++_names[name]}";
        return unique;
    }

    private void Map(VirtualService service, IstioField route, IstioField? match, string[] hosts, string name)
    {
        // Names that are no numbers sort behind Sidecar:Routes:0 and so on: what is written there comes first.
        var target = new RouteTarget(settings, $"Routes:istio-{_names.Count:D5}", route);
        target.Set("Name", name, route);
        for (var i = 0; i < hosts.Length; i++)
            target.Set($"Match:Hosts:{i}", hosts[i], route);
        if (match is not null)
            MatchMapping.Map(match, target);
        if (route["redirect"] is { } redirect)
            RewriteMapping.MapRedirect(redirect, target);
        else
            MapDestinations(service, route, target);
        if (route["rewrite"] is { } rewrite)
            RewriteMapping.MapRewrite(rewrite, match, target);
        if (route["headers"] is { } headers)
            HeaderMapping.Map(headers, target);
        MapMirror(service, route, target);
        FailureMapping.Map(route, target);
        // Read above, by whoever makes several routes of one.
        _ = (route["name"], route["match"]);
        route.Close();
    }

    private void MapDestinations(VirtualService service, IstioField route, RouteTarget target)
    {
        var field = route["route"];
        var destinations = field?.Items ?? [];
        if (destinations.Count == 0 && field is null or { IsList: true })
            route.Bad("a route with at least one destination, or with a redirect");
        for (var i = 0; i < destinations.Count; i++)
        {
            var one = destinations[i];
            var key = destinations.Count == 1 ? "Cluster" : $"Split:{i}:Cluster";
            if (one["destination"] is not { } destination)
                one.Bad("a route with a destination");
            else if (clusters.Of(destination, service.Namespace) is { } cluster)
                target.Set(key, cluster, destination);
            var weight = one["weight"];
            if (destinations.Count > 1)
                target.Set($"Split:{i}:Weight", weight?.Text ?? "0", weight ?? one);
            if (one["headers"] is { } headers)
                MapHeaders(headers, route, destinations.Count, target);
            one.Close();
        }
    }

    private static void MapHeaders(IstioField headers, IstioField route, int destinations, RouteTarget target)
    {
        if (destinations > 1 || route["headers"] is not null)
            headers.Unsupported("headers of a route with one destination are, beside route where there are several");
        else
            HeaderMapping.Map(headers, target);
    }

    private void MapMirror(VirtualService service, IstioField route, RouteTarget target)
    {
        var several = route["mirrors"]?.Items ?? [];
        if (several.Count > 1)
            several[1].Unsupported("one mirror is");
        var one = several.Count == 0 ? null : several[0];
        var share = route["mirrorPercentage"] ?? one?["percentage"];
        var destination = route["mirror"] ?? one?["destination"];
        one?.Close();
        var percent = share is null ? route["mirrorPercent"] : share["value"];
        share?.Close();
        if (destination is null)
            return;
        if (clusters.Of(destination, service.Namespace) is { } cluster)
            target.Set("Mirror:Cluster", cluster, destination);
        target.Set("Mirror:Percent", percent?.Text ?? "100", percent ?? destination);
    }
}
