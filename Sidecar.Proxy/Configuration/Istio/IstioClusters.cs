namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>Makes clusters of the hosts that routes lead to.</summary>
internal sealed class IstioClusters
{
    private readonly IstioOptions _options;
    private readonly Dictionary<string, DestinationRule> _rules = new(StringComparer.OrdinalIgnoreCase);
    private readonly IstioSettings _settings;
    private readonly HashSet<string> _app = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _made = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _service;

    /// <summary>Finds out which hosts are the application behind the sidecar.</summary>
    /// <param name="options">What hosts are.</param>
    /// <param name="service">The application's name.</param>
    /// <param name="rules">How hosts are reached.</param>
    /// <param name="services">Who leads to hosts.</param>
    /// <param name="settings">What is made.</param>
    public IstioClusters(IstioOptions options, string service, IReadOnlyList<DestinationRule> rules, IReadOnlyList<VirtualService> services, IstioSettings settings)
    {
        (_options, _service, _settings) = (options, options.App ?? service, settings);
        foreach (var rule in rules)
            _rules.TryAdd(rule.Host, rule);
        // By its Service's address the application would be reached through this sidecar, over and over.
        foreach (var one in services)
            _app.UnionWith(one.Hosts.Select(host => IstioHost.Full(host, one.Namespace)).Intersect(one.Destinations(), StringComparer.OrdinalIgnoreCase).Where(host => Addresses(host, null) is null));
    }

    /// <summary>Whether a host is the application behind the sidecar.</summary>
    public bool IsApp(string host) => _app.Contains(host) || IstioHost.Is(host, _service);

    /// <summary>The cluster of a destination, which is made if it is not there yet.</summary>
    /// <param name="destination">The field <c>destination</c>.</param>
    /// <param name="space">The namespace of the object that it is in.</param>
    /// <returns>The cluster's name; null for the application, or if something is wrong and told.</returns>
    public string? Of(IstioField destination, string space)
    {
        var (host, subset, port) = (destination["host"], destination["subset"], destination["port"]);
        var number = port?["number"];
        port?.Close();
        destination.Close();
        if (host is null)
        {
            destination.Bad("a destination with a host");
            return null;
        }

        var name = IstioHost.Full(host.Text, space);
        var rule = _rules.GetValueOrDefault(name);
        var addresses = Addresses(name, subset?.Text);
        if (subset is not null && (addresses is null || rule?.Subsets.ContainsKey(subset.Text) == false))
        {
            subset.Bad(addresses is null
                ? $"a subset whose address is under Sidecar:Istio:Hosts:{host.Text}/{subset.Text}, for the sidecar does not know Pods by their labels"
                : "one of the subsets in the host's DestinationRule");
            return null;
        }

        if (addresses is null && IsApp(name))
            return null;
        var policy = rule is null ? null : subset is null ? rule.Policy : rule.Policy.With(rule.Subsets[subset.Text]);
        var cluster = string.Join('|', new[] { host.Text, addresses is null ? number?.Text : null, subset?.Text }.OfType<string>());
        if (_made.Add(cluster))
            Make($"Clusters:{cluster}", addresses ?? [Default(host.Text, number?.Text, policy)], policy, host);
        return cluster;
    }

    /// <summary>Applies the rules for the application.</summary>
    public void ApplyToApp()
    {
        foreach (var rule in _rules.Values.Where(rule => IsApp(rule.Host)))
        {
            if (rule.Policy.Tls is { Text: not "DISABLE" } mode)
                mode.Unsupported("how the application behind the sidecar is reached is for TARGET to say");
            Apply("Upstream", rule.Policy);
        }
    }

    private static bool IsSecure(TrafficPolicy? policy) => policy?.Tls?.Text is "SIMPLE" or "MUTUAL";

    private static string Default(string host, string? port, TrafficPolicy? policy) =>
        IsSecure(policy) ? $"https://{host}:{port ?? "443"}" : $"http://{host}:{port ?? "80"}";

    private IReadOnlyList<string>? Addresses(string host, string? subset)
    {
        var suffix = subset is null ? "" : $"/{subset}";
        return _options.Hosts.GetValueOrDefault(host + suffix) ?? _options.Hosts.GetValueOrDefault(IstioHost.Short(host) + suffix);
    }

    private void Make(string key, IReadOnlyList<string> addresses, TrafficPolicy? policy, IstioField host)
    {
        _settings.Locate(key, host);
        for (var i = 0; i < addresses.Count; i++)
            _settings.Set($"{key}:Targets:{i}", addresses[i], host);
        if (IsSecure(policy) && addresses.Any(address => !address.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
            policy!.Tls!.Bad("DISABLE for a host whose address under Sidecar:Istio:Hosts is not https");
        if (policy is not null)
            Apply(key, policy);
    }

    private void Apply(string key, TrafficPolicy policy)
    {
        foreach (var setting in policy.Groups.Values.SelectMany(group => group))
            _settings.Set($"{key}:{setting.Key}", setting.Value, setting.From);
    }
}
