using System.Security.Cryptography;

namespace Sidecar.Proxy.Tls;

/// <summary>What is made of files. Whoever needs it takes what is there and never waits for a file: handshakes run where nothing may block.</summary>
/// <typeparam name="T">What it is.</typeparam>
internal sealed class Credential<T>
    where T : class
{
    private readonly Func<T> _load;
    private readonly Func<T, string> _describe;
    private readonly string[] _files;
    private byte[] _judged;
    private byte[] _seen;
    private volatile T _current;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="load">Makes it.</param>
    /// <param name="describe">Says what it is, for the log.</param>
    /// <param name="file">The file it is known by.</param>
    /// <param name="other">Another file it is made of, or null.</param>
    public Credential(Func<T> load, Func<T, string> describe, string file, string? other = null)
    {
        (_load, _describe, File) = (load, describe, file);
        _files = other is null ? [file] : [file, other];
        _judged = _seen = Version();
        _current = load();
    }

    /// <summary>The file it is known by.</summary>
    public string File { get; }

    /// <summary>What is in force.</summary>
    public T Current => _current;

    /// <summary>What is in force, for the log.</summary>
    public string Description => _describe(_current);

    /// <summary>Looks at the files, and takes them when their content has changed and stands still: not everybody replaces two files in one step.</summary>
    /// <param name="problem">Why a new content cannot be used; said once for each content. What was in force stays then.</param>
    /// <returns>Whether something new is in force.</returns>
    public bool TryRenew(out string? problem)
    {
        problem = null;
        var version = Version();
        var stands = version.AsSpan().SequenceEqual(_seen);
        _seen = version;
        if (!stands || version.AsSpan().SequenceEqual(_judged))
            return false;
        _judged = version;
        try
        {
            _current = _load();
            return true;
        }
        catch (Exception exception)
        {
            // Whatever a parser makes of a file's content, it is the file that cannot be used.
            problem = Pem.Describe(exception);
            return false;
        }
    }

    // By content: times are coarse, and a mounted Secret's files are links to links.
    private byte[] Version()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in _files)
        {
            try
            {
                var content = FileContent.Read(file);
                hash.AppendData(BitConverter.GetBytes(content.Length));
                hash.AppendData(content);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                hash.AppendData([0xFF]);
            }
        }

        return hash.GetHashAndReset();
    }
}
