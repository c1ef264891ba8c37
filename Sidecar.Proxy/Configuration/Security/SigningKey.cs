using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>A public key that signatures are checked with.</summary>
internal sealed class SigningKey
{
    private const int MinBits = 2048;
    private const int MaxBits = 8192;

    private static readonly JwtAlgorithm[] Rsa = [JwtAlgorithm.RS256, JwtAlgorithm.RS384, JwtAlgorithm.RS512, JwtAlgorithm.PS256, JwtAlgorithm.PS384, JwtAlgorithm.PS512];

    private readonly JwtAlgorithm[] _algorithms;

    private SigningKey(JsonWebKey key, JwtAlgorithm[] algorithms) => (Key, _algorithms) = (key, algorithms);

    /// <summary>The key.</summary>
    public JsonWebKey Key { get; }

    /// <summary>Its <c>kid</c>, or null.</summary>
    public string? Id => Key.Kid;

    /// <summary>Whether a token of this algorithm may be signed with it: the kind of key decides, not the token.</summary>
    /// <returns>Whether it may.</returns>
    public bool Fits(JwtAlgorithm algorithm) => _algorithms.Contains(algorithm);

    /// <summary>Reads a key of a key set.</summary>
    /// <returns>The key, or null when it is none that signatures can be checked with.</returns>
    public static SigningKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || !IsForSignatures(key))
            return null;
        if (!StrictJson.TryGetString(key, "kid", out var id) || !StrictJson.TryGetString(key, "kty", out var kind) || !StrictJson.TryGetString(key, "alg", out var only))
            return null;
        var (algorithms, made) = kind switch
        {
            "RSA" => ReadRsa(key),
            "EC" => ReadEc(key),
            _ => ([], null),
        };
        algorithms = [.. algorithms.Where(algorithm => only is null || only == algorithm.ToString())];
        if (made is null || algorithms.Length == 0)
            return null;
        made.Kid = id;
        return IsUsable(made, algorithms[0]) ? new(made, algorithms) : null;
    }

    private static bool IsForSignatures(JsonElement key)
    {
        if (key.TryGetProperty("use", out var use) && !(use.ValueKind == JsonValueKind.String && use.ValueEquals("sig")))
            return false;
        return !key.TryGetProperty("key_ops", out var operations)
            || (operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(operation => operation.ValueKind == JsonValueKind.String && operation.ValueEquals("verify")));
    }

    // Stricter than the library, which takes 1024 bits, and any size and exponent above: a large one makes each check as dear as a signature.
    private static (JwtAlgorithm[] Algorithms, JsonWebKey? Key) ReadRsa(JsonElement key)
    {
        var modulus = Bytes(key, "n").TrimStart((byte)0);
        var exponent = Bytes(key, "e").TrimStart((byte)0);
        return modulus.Length is >= MinBits / 8 and <= MaxBits / 8 && modulus[0] >= 0x80 && (modulus[^1] & 1) == 1 && exponent.Length is > 0 and <= 4 && (exponent[^1] & 1) == 1 && exponent is not [1]
            ? (Rsa, new() { Kty = "RSA", N = Base64Url.EncodeToString(modulus), E = Base64Url.EncodeToString(exponent) })
            : ([], null);
    }

    private static (JwtAlgorithm[] Algorithms, JsonWebKey? Key) ReadEc(JsonElement key)
    {
        var (algorithm, bytes) = StrictJson.TryGetString(key, "crv", out var curve) ? curve switch
        {
            "P-256" => (JwtAlgorithm.ES256, 32),
            "P-384" => (JwtAlgorithm.ES384, 48),
            "P-521" => (JwtAlgorithm.ES512, 66),
            _ => default,
        } : default;
        var x = Bytes(key, "x");
        var y = Bytes(key, "y");
        // RFC 7518, section 6.2.1.2: a coordinate is as long as the curve's field.
        return bytes > 0 && x.Length == bytes && y.Length == bytes
            ? ([algorithm], new() { Kty = "EC", Crv = curve, X = Base64Url.EncodeToString(x), Y = Base64Url.EncodeToString(y) })
            : ([], null);
    }

    private static ReadOnlySpan<byte> Bytes(JsonElement key, string name) => StrictJson.TryGetString(key, name, out var text) && text is not null ? Base64UrlText.Decode(text) : [];

    // There may be no such point on the curve, or no such curve here.
    private static bool IsUsable(JsonWebKey key, JwtAlgorithm algorithm)
    {
        try
        {
            var factory = CryptoProviderFactory.Default;
            factory.ReleaseSignatureProvider(factory.CreateForVerifying(key, algorithm.ToString()));
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
