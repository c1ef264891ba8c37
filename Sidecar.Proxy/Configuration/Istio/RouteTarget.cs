namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>The route that is being made.</summary>
internal sealed class RouteTarget
{
    private readonly IstioSettings _settings;
    private readonly string _key;

    /// <summary>Begins a route.</summary>
    /// <param name="settings">What is made.</param>
    /// <param name="key">The route's key below <c>Sidecar</c>.</param>
    /// <param name="from">Where it comes from.</param>
    public RouteTarget(IstioSettings settings, string key, IstioField from)
    {
        (_settings, _key) = (settings, key);
        settings.Locate(key, from);
    }

    /// <summary>Sets a value.</summary>
    /// <param name="key">Its key below the route's.</param>
    /// <param name="value">The value.</param>
    /// <param name="from">Where it comes from.</param>
    public void Set(string key, string value, IstioField from) => _settings.Set($"{_key}:{key}", value, from);

    /// <summary>Sets what fields say as they are.</summary>
    /// <param name="parent">Where the fields are.</param>
    /// <param name="names">Each field's name, and the setting's key.</param>
    public void Copy(IstioField parent, params IEnumerable<(string Field, string Key)> names)
    {
        foreach (var setting in parent.Settings(names))
            Set(setting.Key, setting.Value, setting.From);
    }
}
