namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>Makes the sidecar's configuration of Istio's objects.</summary>
/// <param name="options">What their hosts are.</param>
/// <param name="service">The application's name.</param>
/// <param name="settings">What is made.</param>
internal sealed class IstioMapping(IstioOptions options, string service, IstioSettings settings)
{
    /// <summary>Makes it.</summary>
    public void Map(IReadOnlyList<IstioObject> objects)
    {
        var rules = objects.Where(one => one.Kind == IstioObject.DestinationRule).Select(DestinationRule.Read).ToList();
        foreach (var twice in rules.GroupBy(rule => rule.Host, StringComparer.OrdinalIgnoreCase).SelectMany(same => same.Skip(1)))
            twice.HostField?.Bad("a host that no other DestinationRule is for");
        var services = objects.Where(one => one.Kind == IstioObject.VirtualService).Select(VirtualService.Read).ToList();
        var clusters = new IstioClusters(options, service, rules, services, settings);
        var routes = new HttpRouteMapping(clusters, settings);
        foreach (var one in services)
            routes.Map(one);
        clusters.ApplyToApp();
    }
}
