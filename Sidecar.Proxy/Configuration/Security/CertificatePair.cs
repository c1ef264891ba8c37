namespace Sidecar.Proxy.Configuration.Security;

/// <summary>A certificate's files.</summary>
/// <param name="CertificateFile">The certificate and its chain.</param>
/// <param name="KeyFile">Its key, or null when it is in the same file.</param>
internal readonly record struct CertificatePair(string CertificateFile, string? KeyFile)
{
    private const string CertificateExtension = ".crt";
    private const string KeyExtension = ".key";
    private const string SecretName = "tls";

    /// <summary>Finds the files of all certificates, the default's first.</summary>
    /// <returns>The files that there are now.</returns>
    public static IReadOnlyList<CertificatePair> Find(TlsOptions options)
    {
        var pairs = new List<CertificatePair>();
        if (options.CertificateFile is { } file)
            pairs.Add(new(file, options.KeyFile));
        pairs.AddRange(options.Certificates.Select(certificate => new CertificatePair(certificate.CertificateFile, certificate.KeyFile)));
        if (options.CertificateFolder is { } folder)
            pairs.AddRange(FindIn(folder));
        return pairs;
    }

    /// <summary>Finds <c>NAME.crt</c> with its <c>NAME.key</c>, and mounted Secrets: folders with <c>tls.crt</c> and <c>tls.key</c>; by name.</summary>
    /// <returns>The files that there are now; none when the folder is not there.</returns>
    public static IReadOnlyList<CertificatePair> FindIn(string folder)
    {
        try
        {
            // A mounted Secret's own links and folders begin with a dot.
            return
            [
                .. Directory.EnumerateFileSystemEntries(folder)
                    .Where(entry => !Path.GetFileName(entry).StartsWith('.'))
                    .Order(StringComparer.Ordinal)
                    .Select(entry => Directory.Exists(entry) ? Path.Combine(entry, SecretName + CertificateExtension) : entry)
                    .Where(file => file.EndsWith(CertificateExtension, StringComparison.Ordinal) && File.Exists(file))
                    .Select(file => new CertificatePair(file, Path.ChangeExtension(file, KeyExtension)))
                    .Where(pair => File.Exists(pair.KeyFile)),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }
}
