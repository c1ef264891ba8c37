using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>A token's hash, by which it is remembered: tokens themselves stay in no memory longer than their request.</summary>
/// <param name="A">The first 8 bytes of SHA-256.</param>
/// <param name="B">The next 8.</param>
/// <param name="C">The next 8.</param>
/// <param name="D">The last 8.</param>
internal readonly record struct TokenId(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>The hash of a token.</summary>
    /// <param name="text">The token.</param>
    /// <returns>The hash.</returns>
    public static TokenId Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return MemoryMarshal.Read<TokenId>(hash);
    }
}
