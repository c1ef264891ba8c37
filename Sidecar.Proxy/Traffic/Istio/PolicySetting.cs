namespace Sidecar.Proxy.Traffic.Istio;

/// <summary>A setting of how a host is reached.</summary>
/// <param name="Key">Its key below the cluster's.</param>
/// <param name="Value">Its value.</param>
/// <param name="From">Where it comes from.</param>
internal sealed record PolicySetting(string Key, string Value, IstioField From);
