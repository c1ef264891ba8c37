namespace Sidecar.Proxy.Listening;

public sealed partial class ServerCertificate
{
    [LoggerMessage(EventId = 1, EventName = "CertificateRenewed", Level = LogLevel.Information, Message = "Certificate renewed from {File}, valid until {NotAfter:u}")]
    private static partial void Renewed(ILogger logger, string file, DateTime notAfter);

    [LoggerMessage(EventId = 2, EventName = "CertificateNotRenewed", Level = LogLevel.Warning, Message = "Certificate in {File} cannot be used, the old one stays: {Reason}")]
    private static partial void NotRenewed(ILogger logger, string file, string reason);
}
