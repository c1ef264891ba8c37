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

    /// <summary>Whether a check takes about a millisecond rather than a tenth of it: OpenSSL has fast code for P-256 only.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public static bool IsSlow(this JwtAlgorithm algorithm) => algorithm is JwtAlgorithm.ES384 or JwtAlgorithm.ES512;
}

/// <summary>Signature algorithms of RFC 7518, section 3.1. There is no <c>none</c>, and none with a shared secret.</summary>
public enum JwtAlgorithm
{
    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    RS256,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-384.</summary>
    RS384,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-512.</summary>
    RS512,

    /// <summary>RSASSA-PSS with SHA-256.</summary>
    PS256,

    /// <summary>RSASSA-PSS with SHA-384.</summary>
    PS384,

    /// <summary>RSASSA-PSS with SHA-512.</summary>
    PS512,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    ES256,

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    ES384,

    /// <summary>ECDSA on P-521 with SHA-512.</summary>
    ES512,
}
