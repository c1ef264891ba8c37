using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Upstream.Discovery;

/// <summary>Who is asked, and for which names (resolv.conf(5)).</summary>
/// <param name="Servers">The name servers, in order.</param>
/// <param name="Search">What is put behind a name that is not complete.</param>
/// <param name="Dots">How many dots a name needs to be tried as it is first.</param>
internal sealed record NameServers(IReadOnlyList<IPEndPoint> Servers, IReadOnlyList<string> Search, int Dots)
{
    private const int Port = 53;
    private const int MaxServers = 3;
    private const int MaxSearch = 32;
    private const int MaxLabel = 63;
    private const int MaxName = 255;

    /// <summary>Those of an option, or of this machine.</summary>
    /// <param name="server">An address, with a port if wanted, or null.</param>
    /// <returns>Them.</returns>
    public static NameServers Of(string? server)
    {
        if (server is null)
            return Parse(File.Exists("/etc/resolv.conf") ? File.ReadAllLines("/etc/resolv.conf") : []);
        var endpoint = IPEndPoint.Parse(server);
        return new([endpoint.Port == 0 ? new(endpoint.Address, Port) : endpoint], [], 1);
    }

    /// <summary>Reads resolv.conf; what it does not know it passes over, as every resolver does.</summary>
    /// <returns>What is said there.</returns>
    public static NameServers Parse(IEnumerable<string> lines)
    {
        var (servers, search, dots) = (new List<IPEndPoint>(), Array.Empty<string>(), 1);
        foreach (var words in lines.Select(static line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (words is ["nameserver", var text, ..] && IPAddress.TryParse(text, out var address) && servers.Count < MaxServers)
                servers.Add(new(address, Port));
            else if (words is ["search" or "domain", ..])
                search = [.. words.Skip(1).Select(static word => word.TrimEnd('.')).Where(IsName).Take(MaxSearch)];
            else if (words is ["options", ..] && words.FirstOrDefault(static word => word.StartsWith("ndots:", StringComparison.Ordinal)) is { } option && int.TryParse(option.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var given))
                dots = Math.Min(given, 15);
        }

        return new(servers, search, dots);
    }

    /// <summary>The names to try, in order.</summary>
    /// <param name="name">A name; with a dot at the end it is complete.</param>
    /// <returns>Valid names without a dot at the end.</returns>
    public IEnumerable<string> Candidates(string name) => All(name).Where(IsName);

    // No dot within a label, which would make two of one, and nothing that does not belong into a log.
    private static bool IsName(string name) =>
        name.Length is > 0 and < MaxName - 1 && name.Split('.').All(static label => label.Length is > 0 and <= MaxLabel && label.All(static character => character is > ' ' and <= '~'));

    private IEnumerable<string> All(string name)
    {
        if (name.EndsWith('.'))
            return [name[..^1]];
        var completed = Search.Select(suffix => $"{name}.{suffix}");
        return name.Count(static character => character == '.') >= Dots ? completed.Prepend(name) : completed.Append(name);
    }
}
