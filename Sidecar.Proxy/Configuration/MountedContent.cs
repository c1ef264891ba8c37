namespace Sidecar.Proxy.Configuration;

/// <summary>What mounted files held when they were looked at.</summary>
/// <param name="Files">Each file's path and bytes.</param>
/// <param name="Failure">Why they could not all be read, or null.</param>
public sealed record MountedContent(IReadOnlyList<(string Path, byte[] Bytes)> Files, string? Failure)
{
    /// <summary>Reads files.</summary>
    /// <param name="paths">Their paths.</param>
    /// <returns>What they hold.</returns>
    public static MountedContent Read(IEnumerable<string> paths)
    {
        try
        {
            return new([.. paths.Select(path => (path, FileContent.Read(path)))], null);
        }
        catch (Exception exception)
        {
            return new([], exception.Message);
        }
    }

    /// <summary>Whether nothing has changed.</summary>
    /// <param name="other">What they held at another time.</param>
    /// <returns>Whether the same files had the same bytes, or could not be read at both times.</returns>
    public bool IsSame(MountedContent? other) =>
        other is not null && (Failure is null) == (other.Failure is null) && Files.Count == other.Files.Count
        && Files.Zip(other.Files).All(pair => pair.First.Path == pair.Second.Path && pair.First.Bytes.AsSpan().SequenceEqual(pair.Second.Bytes));
}
