namespace Sidecar.Proxy.Security.Jwt;

internal sealed partial class KeySet
{
    [LoggerMessage(EventId = 1, EventName = "SigningKeysRenewed", Level = LogLevel.Information, Message = "Signing keys of {Source} are others now: {Count}")]
    private static partial void Renewed(ILogger logger, string source, int count);

    [LoggerMessage(EventId = 2, EventName = "SigningKeysNotRenewed", Level = LogLevel.Warning, Message = "Signing keys of {Source} cannot be renewed, {Consequence}: {Reason}")]
    private static partial void NotRenewed(ILogger logger, string source, string consequence, string reason);
}
