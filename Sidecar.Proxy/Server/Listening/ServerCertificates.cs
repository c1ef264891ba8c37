using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>The certificates of the traffic port. A new handshake gets the new one once its files have changed; connections stay.</summary>
internal sealed class ServerCertificates
{
    private readonly TlsOptions _options;
    private readonly CredentialWatch _watch;
    private readonly CertificateExpiry _expiry;
    private readonly Dictionary<CertificatePair, Credential<ServerCertificate>?> _credentials = [];
    private volatile CertificateNames _names;
    private bool _isEmpty;

    /// <summary>Reads them all.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="watch">Looks at the files.</param>
    /// <param name="expiry">Tells when they expire.</param>
    public ServerCertificates(TlsOptions options, CredentialWatch watch, CertificateExpiry expiry)
    {
        (_options, _watch, _expiry) = (options, watch, expiry);
        var pairs = CertificatePair.Find(options);
        foreach (var pair in pairs)
            _credentials[pair] = Read(pair);
        _names = Order(pairs);
        watch.Add(Look);
    }

    /// <summary>The certificate for a client.</summary>
    /// <param name="name">The name it asks for, or nothing.</param>
    /// <returns>What is in force.</returns>
    public ServerCertificate For(string? name) => _names.Find(name?.TrimEnd('.'));

    private void Look()
    {
        var pairs = CertificatePair.Find(_options);
        if (IsEmpty(pairs))
            return;
        var isSmaller = false;
        foreach (var gone in _credentials.Keys.Except(pairs).ToArray())
        {
            isSmaller |= _credentials.Remove(gone);
            _expiry.Forget(gone.CertificateFile);
        }

        var renewed = pairs.Select(Renew).OfType<Credential<ServerCertificate>>().ToArray();
        if (isSmaller || renewed.Length > 0)
            _names = Order(pairs);
        foreach (var credential in renewed)
            _watch.ReportRenewed(credential);
    }

    private Credential<ServerCertificate>? Renew(CertificatePair pair)
    {
        string? refusal;
        if (_credentials.GetValueOrDefault(pair) is { } known)
        {
            if (known.TryRenew(out refusal))
            {
                _expiry.Follow(pair.CertificateFile, known.Current.Certificate);
                return known;
            }
        }
        else
        {
            // New in the folder, perhaps half of it so far; it is complained of once.
            Credential<ServerCertificate>? credential = null;
            var isFirst = !_credentials.ContainsKey(pair);
            refusal = Pem.WhyNot(() => credential = Read(pair));
            _credentials[pair] = credential;
            if (credential is not null || !isFirst)
                return credential;
        }

        if (refusal is not null)
            _watch.Reject(pair.CertificateFile, refusal);
        return null;
    }

    private bool IsEmpty(IReadOnlyList<CertificatePair> pairs)
    {
        var wasEmpty = _isEmpty;
        _isEmpty = pairs.Count == 0;
        if (_isEmpty && !wasEmpty)
            _watch.Reject(_options.CertificateFolder!, "there is no certificate with a key in it");
        return _isEmpty;
    }

    private CertificateNames Order(IReadOnlyList<CertificatePair> pairs)
    {
        ServerCertificate[] certificates = [.. pairs.Select(pair => _credentials[pair]?.Current).OfType<ServerCertificate>()];
        return certificates.Length > 0 ? new(certificates) : _names;
    }

    private Credential<ServerCertificate> Read(CertificatePair pair)
    {
        var credential = new Credential<ServerCertificate>(() => new(pair), static current => CertificateExpiry.Describe(current.Certificate), pair.CertificateFile, pair.KeyFile);
        _expiry.Follow(pair.CertificateFile, credential.Current.Certificate);
        return credential;
    }
}
