using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Forwarding;

/// <summary>The authorities that https targets are checked against. New connections get the new ones once the file has changed.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it says what it could not do.</param>
internal sealed partial class UpstreamAuthority(TimeProvider time, ILogger<UpstreamAuthority> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private X509Certificate2Collection? _current;
    private string? _file;
    private DateTime _version;
    private long _checked;

    /// <summary>The authorities in force.</summary>
    /// <param name="options">Where they are.</param>
    /// <returns>The same object as long as they are the same; null for the system's.</returns>
    public X509Certificate2Collection? Current(UpstreamOptions options)
    {
        if (options.CaFile is not { } file)
            return null;
        lock (_lock)
        {
            if (file == _file && time.GetElapsedTime(_checked) < Interval)
                return _current;
            _checked = time.GetTimestamp();
            try
            {
                Renew(file);
            }
            catch (Exception exception) when (_current is not null && exception is IOException or UnauthorizedAccessException or CryptographicException)
            {
                NotRenewed(logger, file, exception.Message.ReplaceLineEndings(" "));
            }

            return _current;
        }
    }

    /// <summary>Whether there are authorities in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="error">Why not.</param>
    /// <returns>Whether there are.</returns>
    public static bool CanLoad(string file, out string? error)
    {
        error = null;
        try
        {
            Load(file);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            error = exception.Message.ReplaceLineEndings(" ");
            return false;
        }
    }

    private void Renew(string file)
    {
        // A mounted Secret's files are links: what they point at is what changes.
        var version = (File.ResolveLinkTarget(file, returnFinalTarget: true) ?? new FileInfo(file)).LastWriteTimeUtc;
        if (file == _file && version == _version)
            return;
        // A file that cannot be used is complained of once, not at every connection.
        (_file, _version) = (file, version);
        _current = Load(file);
    }

    private static X509Certificate2Collection Load(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it");
    }
}
