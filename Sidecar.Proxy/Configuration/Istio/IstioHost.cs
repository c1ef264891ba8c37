namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>The names that Kubernetes has for one Service.</summary>
internal static class IstioHost
{
    private const string Suffix = ".svc.cluster.local";

    /// <summary>A host's full name.</summary>
    /// <param name="host">The host as it is written; one without a dot is in the object's own namespace.</param>
    /// <param name="space">The object's namespace.</param>
    /// <returns>The name.</returns>
    public static string Full(string host, string space) => host.Contains('.', StringComparison.Ordinal) || host == "*" ? host : $"{host}.{space}{Suffix}";

    /// <summary>All names that a Host header may have for a host.</summary>
    /// <param name="host">The host as it is written.</param>
    /// <param name="space">The object's namespace.</param>
    /// <returns>The names.</returns>
    public static IEnumerable<string> Names(string host, string space)
    {
        var full = Full(host, space);
        if (!full.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
            return [full];
        var name = full[..^Suffix.Length];
        return [name.Split('.')[0], name, $"{name}.svc", full];
    }

    /// <summary>Whether two names are one host's.</summary>
    /// <param name="one">A full name.</param>
    /// <param name="name">Another, which need not be full.</param>
    public static bool Is(string one, string name) => one.Equals(name, StringComparison.OrdinalIgnoreCase) || Short(one).Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A Service's name without its namespace.</summary>
    /// <param name="full">The full name of a host.</param>
    /// <returns>The name; the full one when the host is no Service.</returns>
    public static string Short(string full) => full.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) ? full.Split('.')[0] : full;
}
