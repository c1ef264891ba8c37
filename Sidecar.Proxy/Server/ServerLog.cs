using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Server.Listening;

namespace Sidecar.Proxy.Server;

/// <summary>Hears what Kestrel says in its log alone.</summary>
/// <param name="rejections">Hears of HTTP/2.</param>
/// <param name="faults">Hears of everything else.</param>
internal sealed class ServerLog(Http2Rejections rejections, ServerFaults faults) : ILoggerProvider
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => categoryName switch
    {
        Http2Rejections.Category => rejections,
        TlsHandshake.Category => TlsHandshake.Log,
        _ when categoryName.StartsWith(ServerFaults.Category, StringComparison.Ordinal) => faults,
        _ => NullLogger.Instance,
    };

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
