namespace Sidecar.Proxy.Security.Transport;

internal sealed partial class CertificateExpiry
{
    [LoggerMessage(EventId = 1, EventName = "CertificateExpiresSoon", Level = LogLevel.Warning, Message = "Certificate of {Subject} in {File} expires on {NotAfter:u}")]
    private static partial void ExpiresSoon(ILogger logger, string file, string subject, DateTimeOffset notAfter);

    [LoggerMessage(EventId = 2, EventName = "CertificateExpired", Level = LogLevel.Error, Message = "Certificate of {Subject} in {File} expired on {NotAfter:u}")]
    private static partial void Expired(ILogger logger, string file, string subject, DateTimeOffset notAfter);
}
