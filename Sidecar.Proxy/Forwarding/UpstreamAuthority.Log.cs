namespace Sidecar.Proxy.Forwarding;

internal sealed partial class UpstreamAuthority
{
    [LoggerMessage(EventId = 1, EventName = "AuthoritiesNotRenewed", Level = LogLevel.Warning, Message = "Authorities in {File} cannot be used, the old ones stay: {Reason}")]
    private static partial void NotRenewed(ILogger logger, string file, string reason);
}
