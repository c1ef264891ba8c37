using DnsClient;
using DnsClient.Protocol;

namespace Sidecar.Proxy.Upstream.Discovery;

/// <summary>What a name server answered.</summary>
internal sealed class DnsResponse(IDnsQueryResponse response)
{
    private const int MaxAliases = 8;

    private readonly DnsResourceRecord[] _records = [.. response.Answers.Concat(response.Additionals).Where(static record => record.RecordClass == QueryClass.IN)];

    /// <summary>Whether the name does not exist.</summary>
    public bool IsNameError => response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain;

    /// <summary>Whether a name on the wire is a name in a text.</summary>
    /// <param name="name">The one, with a dot at the end.</param>
    /// <param name="text">The other, without.</param>
    public static bool Is(DnsString name, string text) => name.Value.TrimEnd('.').Equals(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>How long a record holds.</summary>
    /// <returns>Its TTL; one with the highest bit set is none (RFC 2181, section 8).</returns>
    public static TimeSpan Ttl(DnsResourceRecord record) => TimeSpan.FromSeconds(Math.Max(0, record.InitialTimeToLive));

    /// <summary>Whether there are records of a name.</summary>
    /// <param name="name">The name, without a dot at the end.</param>
    /// <returns>Whether there are.</returns>
    public bool HasRecords(string name) => Of<DnsResourceRecord>(name).Count > 0;

    /// <summary>The records of a name, its aliases followed.</summary>
    /// <param name="name">The name, without a dot at the end.</param>
    /// <typeparam name="TRecord">Their kind.</typeparam>
    /// <returns>The records.</returns>
    public IReadOnlyList<TRecord> Of<TRecord>(string name)
        where TRecord : DnsResourceRecord
    {
        for (var i = 0; i <= MaxAliases; i++)
        {
            TRecord[] found = [.. _records.OfType<TRecord>().Where(record => Is(record.DomainName, name))];
            if (found.Length > 0 || _records.OfType<CNameRecord>().FirstOrDefault(record => Is(record.DomainName, name)) is not { } alias)
                return found;
            name = alias.CanonicalName.Value.TrimEnd('.');
        }

        return [];
    }
}
