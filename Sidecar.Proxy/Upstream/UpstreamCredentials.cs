using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Upstream;

/// <summary>What https targets are checked against, and what they are shown. New connections get the new ones once the files have changed.</summary>
/// <param name="settings">The configuration, which says what is still in use.</param>
/// <param name="watch">Looks at the files.</param>
/// <param name="expiry">Tells when certificates expire.</param>
internal sealed class UpstreamCredentials(SidecarSettings settings, CredentialWatch watch, CertificateExpiry expiry)
{
    private readonly ConcurrentDictionary<string, Credential<X509Certificate2Collection>> _authorities = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<CertificatePair, Credential<SslStreamCertificateContext>> _certificates = new();
    private int _isWatched;

    /// <summary>What is in force.</summary>
    /// <param name="options">Where it is.</param>
    /// <returns>Equal as long as it is the same.</returns>
    public UpstreamTls Current(UpstreamOptions options)
    {
        if (options is { CaFile: null, ClientCertificateFile: null })
            return default;
        if (Volatile.Read(ref _isWatched) == 0 && Interlocked.Exchange(ref _isWatched, 1) == 0)
            watch.Add(Look);
        return new(
            options.CaFile is { } file ? _authorities.GetOrAdd(file, ReadAuthorities).Current : null,
            PairOf(options) is { } pair ? _certificates.GetOrAdd(pair, ReadCertificate).Current : null);
    }

    private void Look()
    {
        UpstreamOptions[] clusters = [settings.Current.Upstream, .. settings.Current.Clusters.Values];
        foreach (var (file, authorities) in _authorities)
        {
            if (clusters.Any(cluster => cluster.CaFile == file))
                watch.Renew(authorities);
            else
                _authorities.TryRemove(file, out _);
        }

        foreach (var (pair, certificate) in _certificates)
        {
            if (!clusters.Any(cluster => PairOf(cluster) == pair))
            {
                _certificates.TryRemove(pair, out _);
                expiry.Forget(pair.CertificateFile);
            }
            else if (watch.Renew(certificate))
            {
                expiry.Follow(pair.CertificateFile, certificate.Current.TargetCertificate);
            }
        }
    }

    private static CertificatePair? PairOf(UpstreamOptions options) =>
        options.ClientCertificateFile is { } file ? new(file, options.ClientKeyFile) : null;

    private static Credential<X509Certificate2Collection> ReadAuthorities(string file) => new(() => Pem.LoadAuthorities(file), UpstreamTls.DescribeAuthorities, file);

    private Credential<SslStreamCertificateContext> ReadCertificate(CertificatePair pair)
    {
        var credential = new Credential<SslStreamCertificateContext>(
            () => Pem.LoadCertificate(pair.CertificateFile, pair.KeyFile),
            static context => CertificateExpiry.Describe(context.TargetCertificate),
            pair.CertificateFile,
            pair.KeyFile);
        expiry.Follow(pair.CertificateFile, credential.Current.TargetCertificate);
        return credential;
    }
}
