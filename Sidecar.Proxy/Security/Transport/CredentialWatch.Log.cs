namespace Sidecar.Proxy.Security.Transport;

internal sealed partial class CredentialWatch
{
    [LoggerMessage(EventId = 1, EventName = "CertificateRenewed", Level = LogLevel.Information, Message = "{File} renewed: {What}")]
    private static partial void Renewed(ILogger logger, string file, string what);

    [LoggerMessage(EventId = 2, EventName = "CertificateNotRenewed", Level = LogLevel.Warning, Message = "{File} cannot be used, what was in force stays: {Reason}")]
    private static partial void NotRenewed(ILogger logger, string file, string reason);
}
