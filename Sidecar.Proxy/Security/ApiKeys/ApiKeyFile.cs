using System.Security.Cryptography;

namespace Sidecar.Proxy.Security.ApiKeys;

/// <summary>A file of keys: <c>name:sha256 in hex</c> on each line. What is wrong is told by the line's number, never by what is on it.</summary>
internal static class ApiKeyFile
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its path.</param>
    /// <returns>The keys; none is allowed, and lets nobody in.</returns>
    /// <exception cref="FormatException">A line cannot be read, or the file is too large.</exception>
    public static IReadOnlyList<ApiKey> Read(string file) =>
        new FileInfo(file).Length > MaxBytes ? throw new FormatException($"it is larger than {MaxBytes} bytes") : Parse(File.ReadAllText(file));

    /// <summary>Reads what is in a file.</summary>
    /// <param name="text">Its content.</param>
    /// <returns>The keys.</returns>
    /// <exception cref="FormatException">A line cannot be read.</exception>
    public static IReadOnlyList<ApiKey> Parse(string text)
    {
        var keys = new List<ApiKey>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var colon = line.LastIndexOf(':');
            if (colon <= 0 || Hash(line[(colon + 1)..].Trim()) is not { } hash)
                throw new FormatException($"line {number} is not name:hash, the hash being 64 hexadecimal digits");
            keys.Add(new(line[..colon].Trim(), hash));
        }

        return keys;
    }

    /// <summary>Reads a hash.</summary>
    /// <param name="text">Hexadecimal digits.</param>
    /// <returns>The bytes, or null when it is not a SHA-256.</returns>
    private static byte[]? Hash(string text)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        return text.Length == 2 * hash.Length && Convert.FromHexString(text, hash, out _, out _) == System.Buffers.OperationStatus.Done ? hash : null;
    }
}
