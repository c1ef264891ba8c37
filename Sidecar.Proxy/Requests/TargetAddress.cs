using System.Net.Sockets;

namespace Sidecar.Proxy.Requests;

/// <summary>An address that the application answers at: what telemetry tells of it, and what a request there says.</summary>
public class TargetAddress
{
    /// <summary>Takes an address apart.</summary>
    /// <param name="url">What is configured.</param>
    /// <param name="found">What DNS says, or null where it is not asked for addresses.</param>
    internal TargetAddress(Uri url, IPEndPoint? found)
    {
        Scheme = url.Scheme;
        Host = found?.Address.ToString() ?? url.IdnHost;
        Name = NameOf(url);
        Port = found?.Port ?? url.Port;
        BoxedPort = Port;
        PathBase = url.AbsolutePath.TrimEnd('/');
        Authority = AuthorityOf(Name, url.IsDefaultPort && found is null ? -1 : Port);
        Url = found is null ? url.GetLeftPart(UriPartial.Path).TrimEnd('/') : $"{Scheme}://{AuthorityOf(Host, Port)}{PathBase}";
    }

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

    /// <summary>The port as metrics tags want it.</summary>
    internal object BoxedPort { get; }

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
