using System.Net.Sockets;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Resilience;
using Sidecar.Proxy.Traffic;
using Sidecar.Proxy.Traffic.LoadBalancing;

namespace Sidecar.Proxy.Forwarding;

/// <summary>One address the application answers at. Created once per configuration, or when it is discovered; the request path only reads it.</summary>
public sealed class Target
{
    private int _active;

    /// <summary>Takes an address apart.</summary>
    /// <param name="cluster">What it is one of.</param>
    /// <param name="endpoint">What is configured, and what DNS says.</param>
    internal Target(Cluster cluster, TargetEndpoint endpoint)
    {
        (Cluster, Endpoint) = (cluster, endpoint);
        var (url, _, found) = endpoint;
        Scheme = url.Scheme;
        Host = found?.Address.ToString() ?? url.IdnHost;
        Name = NameOf(url);
        Port = found?.Port ?? url.Port;
        BoxedPort = Port;
        PathBase = url.AbsolutePath.TrimEnd('/');
        Authority = AuthorityOf(Name, url.IsDefaultPort && found is null ? -1 : Port);
        Url = found is null ? url.GetLeftPart(UriPartial.Path).TrimEnd('/') : $"{Scheme}://{AuthorityOf(Host, Port)}{PathBase}";
        Identity = ConsistentHashPolicy.Identify(Url);
        AffinityTag = cluster.Affinity?.Tag(Url);
        Health = cluster.HealthOf(Url);
    }

    /// <summary>What it is one of, and how it is reached.</summary>
    public Cluster Cluster { get; }

    /// <summary>How many requests are with it.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Scheme, authority and path base, without a slash at the end.</summary>
    public string Url { get; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; }

    /// <summary>The host name or address that connections are opened to, without brackets.</summary>
    public string Host { get; }

    /// <summary>The name that its certificate must be for: the configured one, wherever DNS says that it is.</summary>
    public string Name { get; }

    /// <summary>The TCP port.</summary>
    public int Port { get; }

    /// <summary>The value of a Host header for this target.</summary>
    public string Authority { get; }

    /// <summary>What is put in front of every path, or empty.</summary>
    public string PathBase { get; }

    /// <summary>Its share of the requests, compared with that of the others.</summary>
    public int Weight => Endpoint.Weight;

    /// <summary>Where it comes from.</summary>
    internal TargetEndpoint Endpoint { get; private set; }

    /// <summary>The port as metrics tags want it.</summary>
    internal object BoxedPort { get; }

    /// <summary>What consistent hashing knows it by.</summary>
    internal ulong Identity { get; }

    /// <summary>What a cookie calls it, or null without session affinity.</summary>
    internal string? AffinityTag { get; }

    /// <summary>What is known of its health; null when nothing is configured that would find out.</summary>
    internal TargetHealth? Health { get; }

    /// <summary>Whether new requests may go there.</summary>
    internal bool IsUsable => Health is null || Health.IsUsable;

    /// <summary>A request goes there.</summary>
    internal void Enter() => Interlocked.Increment(ref _active);

    /// <summary>A request is done there.</summary>
    internal void Exit() => Interlocked.Decrement(ref _active);

    /// <summary>Says what became of an attempt.</summary>
    /// <param name="attempt">The attempt, with its status code and its error. With neither it says nothing of the target.</param>
    internal void Report(AttemptRecord attempt) => Health?.Observe(attempt);

    /// <summary>Takes another weight, if it is the same address.</summary>
    /// <param name="endpoint">The address.</param>
    /// <returns>Whether it is the same.</returns>
    internal bool TryBecome(TargetEndpoint endpoint)
    {
        if (endpoint.Url != Endpoint.Url || !Equals(endpoint.Found, Endpoint.Found))
            return false;
        Endpoint = endpoint;
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Url;

    // The labels before the name of a service, _http._tcp for instance, are DNS's alone (RFC 2782).
    private static string NameOf(Uri url)
    {
        var name = url.IdnHost;
        while (name.StartsWith('_') && name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
            name = name[(dot + 1)..];
        return name;
    }

    private static string AuthorityOf(string host, int port)
    {
        if (IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
            host = $"[{host}]";
        return port < 0 ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
    }
}
