using System.Collections.Frozen;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>What an algorithm's name stands for.</summary>
internal static class JwtAlgorithms
{
    private static readonly FrozenDictionary<string, JwtAlgorithm> Names = Enum.GetValues<JwtAlgorithm>().ToFrozenDictionary(static algorithm => algorithm.ToString());

    /// <summary>Finds an algorithm by the name in a token or a key.</summary>
    /// <param name="name">The name; case matters.</param>
    /// <returns>The algorithm, or null when it is none of those.</returns>
    public static JwtAlgorithm? Find(string? name) => name is not null && Names.TryGetValue(name, out var algorithm) ? algorithm : null;

    /// <summary>Whether a check takes about a millisecond rather than a tenth of it: OpenSSL has fast code for P-256 only.</summary>
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
