using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Forwarding;

/// <summary>One address the application answers at. Created once per configuration; the request path only reads it.</summary>
public sealed class Target
{
    private int _active;

    /// <summary>Takes an address apart.</summary>
    /// <param name="cluster">What it is one of.</param>
    /// <param name="url">A validated absolute http or https URL.</param>
    public Target(Cluster cluster, string url)
    {
        Cluster = cluster;
        var uri = new Uri(url);
        Url = uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        Scheme = uri.Scheme;
        Host = uri.IdnHost;
        Port = uri.Port;
        BoxedPort = uri.Port;
        Authority = uri.IsDefaultPort ? uri.IdnHost : $"{uri.IdnHost}:{uri.Port}";
        if (uri.HostNameType == UriHostNameType.IPv6)
            Authority = uri.Authority;
        PathBase = uri.AbsolutePath.TrimEnd('/');
    }

    /// <summary>What it is one of, and how it is reached.</summary>
    public Cluster Cluster { get; }

    /// <summary>How many requests are with it.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Scheme, authority and path base, without a slash at the end.</summary>
    public string Url { get; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; }

    /// <summary>The host name or address, without brackets.</summary>
    public string Host { get; }

    /// <summary>The TCP port.</summary>
    public int Port { get; }

    /// <summary>The value of a Host header for this target.</summary>
    public string Authority { get; }

    /// <summary>What is put in front of every path, or empty.</summary>
    public string PathBase { get; }

    /// <summary>The port as metrics tags want it.</summary>
    internal object BoxedPort { get; }

    /// <summary>Who learns from what becomes of attempts; nobody unless configured.</summary>
    internal IReadOnlyList<IAttemptObserver> Observers { get; init; } = [];

    /// <summary>A request goes there.</summary>
    internal void Enter() => Interlocked.Increment(ref _active);

    /// <summary>A request is done there.</summary>
    internal void Exit() => Interlocked.Decrement(ref _active);

    /// <summary>Says what became of an attempt.</summary>
    /// <param name="attempt">The attempt, with its status code and its error.</param>
    internal void Report(AttemptRecord attempt)
    {
        for (var i = 0; i < Observers.Count; i++)
            Observers[i].Observe(attempt);
    }

    /// <inheritdoc />
    public override string ToString() => Url;
}
