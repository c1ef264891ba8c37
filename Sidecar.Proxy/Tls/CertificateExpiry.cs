using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Tls;

/// <summary>Tells when the sidecar's own certificates expire: as a metric always, in a line when it is near.</summary>
internal sealed partial class CertificateExpiry
{
    // Issuers renew at a third of the lifetime at the latest; what lives for an hour must not be warned of all the time.
    private const double NearShare = 0.2;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SidecarSettings _settings;
    private readonly CredentialWatch _watch;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _isWatched;

    /// <summary>Creates the instrument.</summary>
    /// <param name="meters">Where meters come from.</param>
    /// <param name="settings">What is near.</param>
    /// <param name="watch">Looks at the clock.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where the lines go.</param>
    public CertificateExpiry(IMeterFactory meters, SidecarSettings settings, CredentialWatch watch, TimeProvider time, ILogger<CertificateExpiry> logger)
    {
        (_settings, _watch, _time, _logger) = (settings, watch, time, logger);
        meters.Create(Instrumentation.Name).CreateObservableGauge("sidecar.tls.certificate.expiry", Measure, "s", "When the sidecar's certificates expire, in Unix time.");
    }

    /// <summary>Follows a certificate.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="certificate">What is in force from there.</param>
    public void Follow(string file, X509Certificate2 certificate)
    {
        if (Interlocked.Exchange(ref _isWatched, 1) == 0)
            _watch.Add(Look);
        var entry = _entries[file] = new(certificate);
        Look(file, entry);
    }

    /// <summary>Follows a certificate no longer.</summary>
    public void Forget(string file) => _entries.TryRemove(file, out _);

    /// <summary>Says what a certificate is, for the log.</summary>
    /// <returns>A few words.</returns>
    public static string Describe(X509Certificate2 certificate) =>
        string.Create(CultureInfo.InvariantCulture, $"certificate of {certificate.Subject}, valid until {certificate.NotAfter.ToUniversalTime():u}");

    private void Look()
    {
        foreach (var (file, entry) in _entries)
            Look(file, entry);
    }

    private void Look(string file, Entry entry)
    {
        var left = entry.NotAfter - _time.GetUtcNow();
        if (left <= TimeSpan.Zero && entry.Report(Nearness.Expired))
            Expired(_logger, file, entry.Subject, entry.NotAfter);
        else if (left > TimeSpan.Zero && left < entry.NearFrom(_settings.Current.Security.CertificateExpiryWarning) && entry.Report(Nearness.Near))
            ExpiresSoon(_logger, file, entry.Subject, entry.NotAfter);
    }

    private IEnumerable<Measurement<long>> Measure()
    {
        foreach (var (file, entry) in _entries)
            yield return new(entry.NotAfter.ToUnixTimeSeconds(), new("sidecar.certificate.file", file), new("sidecar.certificate.subject", entry.Subject));
    }

    private enum Nearness
    {
        Far,
        Near,
        Expired,
    }

    private sealed class Entry(X509Certificate2 certificate)
    {
        private readonly TimeSpan _lifetime = certificate.NotAfter - certificate.NotBefore;
        private Nearness _reported;

        public string Subject { get; } = certificate.Subject;

        public DateTimeOffset NotAfter { get; } = certificate.NotAfter.ToUniversalTime();

        public TimeSpan NearFrom(TimeSpan warning) => warning < _lifetime * NearShare ? warning : _lifetime * NearShare;

        /// <summary>Whether it has not been told yet; it is then.</summary>
        public bool Report(Nearness nearness)
        {
            if (_reported >= nearness)
                return false;
            _reported = nearness;
            return true;
        }
    }

    [LoggerMessage(EventId = 1, EventName = "CertificateExpiresSoon", Level = LogLevel.Warning, Message = "Certificate of {Subject} in {File} expires on {NotAfter:u}")]
    private static partial void ExpiresSoon(ILogger logger, string file, string subject, DateTimeOffset notAfter);

    [LoggerMessage(EventId = 2, EventName = "CertificateExpired", Level = LogLevel.Error, Message = "Certificate of {Subject} in {File} expired on {NotAfter:u}")]
    private static partial void Expired(ILogger logger, string file, string subject, DateTimeOffset notAfter);
}
