namespace Sidecar.Proxy.Configuration.Security;

/// <summary>A file of keys: <c>name:sha256 in hex</c> on each line. What is wrong is told by the line's number, never by what is on it.</summary>
internal static class ApiKeyFile
{
    /// <summary>Reads a file.</summary>
    /// <returns>Whose each key is; none is allowed, and lets nobody in.</returns>
    /// <exception cref="FormatException">A line cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read, or is too large.</exception>
    public static IReadOnlyDictionary<Digest, string> Read(string file) => Parse(FileContent.Read(file));

    /// <summary>Reads what is in a file.</summary>
    /// <returns>Whose each key is.</returns>
    /// <exception cref="FormatException">A line cannot be read.</exception>
    public static IReadOnlyDictionary<Digest, string> Parse(byte[] content)
    {
        var keys = new Dictionary<Digest, string>();
        var number = 0;
        foreach (var raw in FileContent.Text(content).Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var colon = line.LastIndexOf(':');
            if (colon <= 0 || Digest.Parse(line.AsSpan(colon + 1).Trim()) is not { } hash)
                throw new FormatException($"line {number} is not name:hash, the hash being 64 hexadecimal digits");
            keys[hash] = line[..colon].Trim();
        }

        return keys;
    }
}
