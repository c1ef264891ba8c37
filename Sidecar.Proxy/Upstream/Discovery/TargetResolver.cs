using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.Discovery;

/// <summary>Finds out where a configured target is.</summary>
internal sealed class TargetResolver(TimeProvider time)
{
    private const int MaxServices = 256;

    private readonly NameServerClient _dns = new(time);

    /// <summary>Looks a target up.</summary>
    /// <param name="target">What is configured.</param>
    /// <param name="options">How it is looked up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where it is, at least one place, and how long that holds at least; null when nobody says.</returns>
    /// <exception cref="DiscoveryException">It is not known.</exception>
    public async Task<(IReadOnlyList<TargetEndpoint> Endpoints, TimeSpan? Ttl)> ResolveAsync(TargetEndpoint target, DiscoveryOptions options, CancellationToken cancellationToken)
    {
        var host = target.Url.IdnHost;
        if (options.Mode == DiscoveryMode.Srv)
            return await ResolveServiceAsync(target, host, options, cancellationToken);
        var (addresses, ttl) = await ResolveHostAsync(host, options, cancellationToken);
        return ([.. addresses.Select(address => target with { Found = new IPEndPoint(address, target.Url.Port) })], ttl);
    }

    private async Task<(IReadOnlyList<IPAddress> Addresses, TimeSpan? Ttl)> ResolveHostAsync(string host, DiscoveryOptions options, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
            return ([literal], null);
        return options.Server is null ? (await AskSystemAsync(host, cancellationToken), null) : await AskServerAsync(NameServers.Of(options.Server), host, options.Timeout, cancellationToken);
    }

    private static async Task<IReadOnlyList<IPAddress>> AskSystemAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken) is { Length: > 0 } addresses ? addresses : throw new DiscoveryException($"{host} has no addresses");
        }
        catch (SocketException exception)
        {
            throw new DiscoveryException($"{host}: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private async Task<(IReadOnlyList<IPAddress> Addresses, TimeSpan? Ttl)> AskServerAsync(NameServers servers, string host, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (records, problem) = (new List<AddressRecord>(), (DiscoveryException?)null);
        foreach (var type in new[] { QueryType.A, QueryType.AAAA })
        {
            try
            {
                var (name, answer) = await _dns.AskAsync(servers, host, type, timeout, cancellationToken);
                records.AddRange(answer.Of<AddressRecord>(name));
            }
            catch (DiscoveryException exception)
            {
                problem ??= exception;
            }
        }

        return records.Count > 0 ? ([.. records.Select(static record => record.Address)], records.Min(DnsResponse.Ttl)) : throw problem ?? new DiscoveryException($"{host} has no addresses");
    }

    private async Task<(IReadOnlyList<TargetEndpoint> Endpoints, TimeSpan? Ttl)> ResolveServiceAsync(TargetEndpoint target, string service, DiscoveryOptions options, CancellationToken cancellationToken)
    {
        var servers = NameServers.Of(options.Server);
        var (name, answer) = await _dns.AskAsync(servers, service, QueryType.SRV, options.Timeout, cancellationToken);
        // RFC 2782: a dot for a host says that there is decidedly no such service.
        var all = answer.Of<SrvRecord>(name).Where(static record => record.Port > 0 && HostOf(record).Length > 0).ToArray();
        if (all.Length == 0)
            throw new DiscoveryException($"{service} is not available");
        var first = all.Min(static record => record.Priority);
        var (endpoints, ttl) = (new List<TargetEndpoint>(), all.Min(DnsResponse.Ttl));
        foreach (var record in all.Where(record => record.Priority == first).Take(MaxServices))
        {
            IReadOnlyList<IPAddress> addresses = [.. answer.Of<AddressRecord>(HostOf(record)).Select(static address => address.Address)];
            if (addresses.Count == 0)
                (addresses, _) = await AskServerAsync(servers, HostOf(record) + '.', options.Timeout, cancellationToken);
            endpoints.AddRange(addresses.Select(address => new TargetEndpoint(target.Url, Math.Max(1, (int)record.Weight), new IPEndPoint(address, record.Port))));
        }

        return (endpoints, ttl);
    }

    private static string HostOf(SrvRecord record) => record.Target.Value.TrimEnd('.');
}
