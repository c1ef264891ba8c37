using System.Security.Cryptography;
using System.Text;

namespace Sidecar.Proxy.Security.ApiKeys;

/// <summary>The keys in force.</summary>
/// <param name="entries">Those of the configuration.</param>
/// <param name="file">Those of a file, or null.</param>
internal sealed class ApiKeyRing(IReadOnlyList<ApiKeyEntryOptions> entries, ApiKeyFileWatch? file)
{
    private readonly ApiKey[] _entries = [.. entries.Select(entry => new ApiKey(entry.Name, Convert.FromHexString(entry.Hash)))];

    /// <summary>Finds whose key it is. It takes as long wherever the key is in the list, and if it is not.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The name, or null when it is nobody's.</returns>
    public string? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        var name = Find(_entries, hash);
        return Find(file?.Current ?? [], hash) ?? name;
    }

    private static string? Find(IReadOnlyList<ApiKey> keys, ReadOnlySpan<byte> hash)
    {
        string? name = null;
        foreach (var key in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash))
                name = key.Name;
        }

        return name;
    }
}
