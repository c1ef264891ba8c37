namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>What a name server answered.</summary>
/// <param name="Code">RFC 1035's RCODE: 0 for an answer, 3 when the name does not exist.</param>
/// <param name="IsTruncated">Whether there is more than fits.</param>
/// <param name="Records">The records of the answer and the additional section that are of a known type.</param>
internal sealed record DnsAnswer(int Code, bool IsTruncated, IReadOnlyList<DnsRecord> Records)
{
    /// <summary>The name does not exist.</summary>
    public const int NameError = 3;

    private const int MaxAliases = 8;

    /// <summary>The records of a name, its aliases followed.</summary>
    /// <param name="name">The name, in lower case, without a dot at the end.</param>
    /// <typeparam name="TRecord">Their kind.</typeparam>
    /// <returns>The records.</returns>
    public IReadOnlyList<TRecord> Of<TRecord>(string name)
        where TRecord : DnsRecord
    {
        for (var i = 0; i <= MaxAliases; i++)
        {
            TRecord[] found = [.. Records.OfType<TRecord>().Where(record => record.Name == name)];
            if (found.Length > 0 || Records.OfType<AliasRecord>().FirstOrDefault(record => record.Name == name) is not { } alias)
                return found;
            name = alias.Alias;
        }

        return [];
    }
}
