using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sidecar.Proxy.Observability;

/// <summary>Random bytes from the kernel. .NET's own generator asks OpenSSL, which a sidecar that speaks no TLS has no other reason to load.</summary>
internal static partial class KernelRandom
{
    /// <summary>Fills a span with bytes that nobody can guess.</summary>
    public static void Fill(Span<byte> bytes)
    {
        if (!OperatingSystem.IsLinux() || GetRandom(bytes, (nuint)bytes.Length, 0) != bytes.Length)
            RandomNumberGenerator.Fill(bytes);
    }

    [LibraryImport("libc", EntryPoint = "getrandom")]
    private static partial nint GetRandom(Span<byte> buffer, nuint length, uint flags);
}
