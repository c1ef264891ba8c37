using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Listening;

/// <summary>The certificate of the traffic port. New connections get the new one once its files have changed.</summary>
/// <param name="options">Where the files are.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it says what it did.</param>
public sealed partial class ServerCertificate(TlsOptions options, TimeProvider time, ILogger<ServerCertificate> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _context;
    private (DateTime Certificate, DateTime Key) _version;
    private long _checked;

    /// <summary>The certificate in force.</summary>
    /// <returns>The certificate with its chain.</returns>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            if (_context is not null && time.GetElapsedTime(_checked) < Interval)
                return _context;
            _checked = time.GetTimestamp();
            try
            {
                Renew();
            }
            catch (Exception exception) when (_context is not null && exception is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // Half of a renewal, perhaps; the old certificate serves until the files fit together.
                NotRenewed(logger, options.CertificateFile!, exception.Message);
            }

            return _context!;
        }
    }

    /// <summary>Whether the files fit together.</summary>
    /// <param name="options">Where the files are.</param>
    /// <param name="error">Why not.</param>
    /// <returns>Whether they do.</returns>
    internal static bool CanLoad(TlsOptions options, out string? error)
    {
        error = null;
        try
        {
            Load(options);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            error = exception.Message.ReplaceLineEndings(" ");
            return false;
        }
    }

    private void Renew()
    {
        var version = (LastWrite(options.CertificateFile!), options.KeyFile is null ? default : LastWrite(options.KeyFile));
        if (_context is not null && version == _version)
            return;
        var isFirst = _context is null;
        // Files that do not fit together are complained of once, not at every connection.
        _version = version;
        _context = Load(options);
        if (!isFirst)
            Renewed(logger, options.CertificateFile!, _context.TargetCertificate.NotAfter);
    }

    private static SslStreamCertificateContext Load(TlsOptions options)
    {
        var certificate = X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.CertificateFile!);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    // A mounted Secret's files are links: what they point at is what changes.
    private static DateTime LastWrite(string path) => (File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)).LastWriteTimeUtc;
}
