using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>A SHA-256, by which a credential is looked up: credentials themselves stay in no memory longer than their request, and how long a look-up takes tells nothing of them.</summary>
/// <param name="A">The first 8 bytes.</param>
/// <param name="B">The next 8.</param>
/// <param name="C">The next 8.</param>
/// <param name="D">The last 8.</param>
internal readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>The digest of data.</summary>
    /// <returns>Its digest.</returns>
    public static Digest Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        return MemoryMarshal.Read<Digest>(hash);
    }

    /// <summary>Reads a digest.</summary>
    /// <returns>The digest, or null when it is none.</returns>
    public static Digest? Parse(ReadOnlySpan<char> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return text.Length == 2 * hash.Length && Convert.FromHexString(text, hash, out _, out _) == System.Buffers.OperationStatus.Done ? MemoryMarshal.Read<Digest>(hash) : null;
    }
}
