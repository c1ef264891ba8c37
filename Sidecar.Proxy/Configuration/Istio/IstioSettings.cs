namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>Configuration made of Istio's objects: values by key, and the place that each comes from.</summary>
internal sealed class IstioSettings
{
    private readonly Dictionary<string, string> _places = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Values by key.</summary>
    public Dictionary<string, string?> Values { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sets a value.</summary>
    /// <param name="key">Its key below <c>Sidecar</c>.</param>
    /// <param name="value">The value.</param>
    /// <param name="from">Where it comes from.</param>
    public void Set(string key, string value, IstioField from)
    {
        Values[$"{SidecarOptions.Section}:{key}"] = value;
        Locate(key, from);
    }

    /// <summary>Says where a section comes from.</summary>
    /// <param name="key">Its key below <c>Sidecar</c>.</param>
    /// <param name="from">Where it comes from.</param>
    public void Locate(string key, IstioField from) => _places[$"{SidecarOptions.Section}:{key}"] = from.Place;

    /// <summary>Where a key comes from.</summary>
    /// <returns>Its place, or that of the section around it; null when it is not from here.</returns>
    public string? PlaceOf(string key)
    {
        if (_places.TryGetValue(key, out var place))
            return place;
        for (var end = key.LastIndexOf(':'); end > 0; end = key.LastIndexOf(':', end - 1))
        {
            if (_places.TryGetValue(key[..end], out place))
                return $"{place} ({key[(end + 1)..]})";
        }

        return null;
    }
}
