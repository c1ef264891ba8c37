using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Gives back the memory that only the start needed: NativeAOT builds its types from 5 MB of the program's file, and a sidecar at work uses a part of the code. 10 MB of 30.
/// The kernel keeps the file in its cache and maps a page again when it is needed after all, without reading from the disk.
/// </summary>
internal static partial class MappedPages
{
    private const string Mappings = "/proc/self/smaps";
    private const int DontNeed = 4;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary>Gives back what the start has mapped, and a little later what the first requests have: later ones need a part of it.</summary>
    public static async Task ReleaseAsync(TimeProvider time, CancellationToken stopping)
    {
        Release();
        await Task.Delay(Settled, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stopping.IsCancellationRequested)
            Release();
    }

    /// <summary>Gives back what is mapped. Does nothing where that cannot be known.</summary>
    public static void Release(string mappings = Mappings)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            foreach (var (start, length) in Unchanged(File.ReadLines(mappings)))
                _ = Advise(start, length, DontNeed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No /proc, or a program with capabilities of its own, whose mappings are root's. Memory is all that is lost.
        }
    }

    /// <summary>Finds what is mapped from files, cannot be written and never was: only that is sure to be the same when it comes back from the file.</summary>
    /// <param name="lines">The lines of <c>/proc/PID/smaps</c> (man proc).</param>
    /// <returns>Where each mapping begins, and its length in bytes.</returns>
    internal static IEnumerable<(nuint Start, nuint Length)> Unchanged(IEnumerable<string> lines)
    {
        (nuint Start, nuint Length)? mapping = null;
        foreach (var line in lines)
        {
            if (TryReadHead(line, out var found))
                mapping = found;
            else if (mapping is { } unchanged && line.StartsWith("Anonymous:", StringComparison.Ordinal) && line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == "0")
                yield return unchanged;
        }
    }

    // 7f99a8770000-7f99a971a000 r-xp 00000000 fe:00 11675107    /app/Sidecar.Proxy.r2r.dll
    private static bool TryReadHead(string line, out (nuint Start, nuint Length)? mapping)
    {
        mapping = null;
        var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 5 || parts[0].Split('-') is not [var from, var to]
            || !nuint.TryParse(from, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
            || !nuint.TryParse(to, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end))
            return false;
        // What is mapped of memory that has a file's name does not come again from a disk.
        if (parts is [_, "r--p" or "r-xp" or "r--s", _, _, _, ['/', .. var file]] && !file.StartsWith("memfd:", StringComparison.Ordinal))
            mapping = (start, end - start);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint start, nuint length, int advice);
}
