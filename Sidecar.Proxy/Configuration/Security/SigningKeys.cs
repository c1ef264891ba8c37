using System.Text.Json;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>The keys of one JSON Web Key Set; never changes.</summary>
internal sealed class SigningKeys
{
    private const int MaxKeys = 100;

    // A token without kid makes work for each key that it may be signed with.
    private const int MaxCandidates = 4;

    private readonly byte[] _document;
    private readonly SigningKey[] _keys;

    private SigningKeys(byte[] document, SigningKey[] keys) => (_document, _keys) = (document, keys);

    /// <summary>How many there are.</summary>
    public int Count => _keys.Length;

    /// <summary>Reads a key set. Keys of other kinds and for other uses are left out, as RFC 7517, section 5, wants it.</summary>
    /// <returns>The keys, at least one.</returns>
    /// <exception cref="FormatException">It is no key set, or there is no key in it that can be used.</exception>
    public static SigningKeys Parse(byte[] document)
    {
        if (!StrictJson.TryParseObject(document, out var set) || !set.TryGetProperty("keys", out var array) || array.ValueKind != JsonValueKind.Array)
            throw new FormatException("it is not a JSON object with an array of keys, or has a member twice");
        if (array.GetArrayLength() > MaxKeys)
            throw new FormatException($"it has more than {MaxKeys} keys");
        SigningKey[] keys = [.. array.EnumerateArray().Select(SigningKey.Read).OfType<SigningKey>()];
        return keys.Length > 0 ? new(document, keys) : throw new FormatException("it has no RSA or EC key for signatures that can be used");
    }

    /// <summary>Whether a document is the one these keys were read from.</summary>
    public bool AreOf(byte[] document) => _document.AsSpan().SequenceEqual(document);

    /// <summary>The keys that a token may be signed with.</summary>
    /// <param name="algorithm">Its algorithm.</param>
    /// <param name="id">Its <c>kid</c>, or null.</param>
    /// <returns>A few keys at most.</returns>
    public IReadOnlyList<SigningKey> Candidates(JwtAlgorithm algorithm, string? id)
    {
        var found = new List<SigningKey>(1);
        foreach (var key in _keys)
        {
            if (found.Count < MaxCandidates && (id is null || key.Id is null || key.Id == id) && key.Fits(algorithm))
                found.Add(key);
        }

        return found;
    }
}
