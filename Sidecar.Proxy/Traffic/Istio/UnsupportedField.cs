using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Traffic.Istio;

/// <summary>A field that Istio knows and the sidecar does not.</summary>
/// <param name="Place">File, line and field.</param>
/// <param name="Instead">What there is instead.</param>
internal sealed record UnsupportedField(string Place, string Instead) : ConfigurationProblem(Place, "", Instead)
{
    /// <inheritdoc />
    public override string ToString() => OneLine($"{Key} is not supported; {Allowed}");
}
