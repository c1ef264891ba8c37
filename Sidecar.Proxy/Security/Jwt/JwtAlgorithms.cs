using System.Security.Cryptography;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>What an algorithm's name stands for.</summary>
internal static class JwtAlgorithms
{
    /// <summary>Finds an algorithm by the name in a token or a key.</summary>
    /// <param name="name">The name; case matters.</param>
    /// <returns>The algorithm, or null when it is none of those.</returns>
    public static JwtAlgorithm? Find(string? name) => name switch
    {
        "RS256" => JwtAlgorithm.RS256,
        "RS384" => JwtAlgorithm.RS384,
        "RS512" => JwtAlgorithm.RS512,
        "PS256" => JwtAlgorithm.PS256,
        "PS384" => JwtAlgorithm.PS384,
        "PS512" => JwtAlgorithm.PS512,
        "ES256" => JwtAlgorithm.ES256,
        "ES384" => JwtAlgorithm.ES384,
        "ES512" => JwtAlgorithm.ES512,
        _ => null,
    };

    /// <summary>The hash.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public static HashAlgorithmName Hash(this JwtAlgorithm algorithm) => algorithm switch
    {
        JwtAlgorithm.RS256 or JwtAlgorithm.PS256 or JwtAlgorithm.ES256 => HashAlgorithmName.SHA256,
        JwtAlgorithm.RS384 or JwtAlgorithm.PS384 or JwtAlgorithm.ES384 => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    /// <summary>Whether a check takes about a millisecond rather than a tenth of it: OpenSSL has fast code for P-256 only.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public static bool IsSlow(this JwtAlgorithm algorithm) => algorithm is JwtAlgorithm.ES384 or JwtAlgorithm.ES512;

    /// <summary>RSA's padding, or null for an algorithm that is not RSA's.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public static RSASignaturePadding? Padding(this JwtAlgorithm algorithm) => algorithm switch
    {
        JwtAlgorithm.RS256 or JwtAlgorithm.RS384 or JwtAlgorithm.RS512 => RSASignaturePadding.Pkcs1,
        JwtAlgorithm.PS256 or JwtAlgorithm.PS384 or JwtAlgorithm.PS512 => RSASignaturePadding.Pss,
        _ => null,
    };
}
