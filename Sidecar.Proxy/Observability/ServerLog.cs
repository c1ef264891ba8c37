using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Proxy.Listening;

namespace Sidecar.Proxy.Observability;

/// <summary>Hears what Kestrel says in its log alone.</summary>
/// <param name="refusals">Hears of HTTP/2.</param>
internal sealed class ServerLog(Http2Refusals refusals) : ILoggerProvider
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => categoryName switch
    {
        Http2Refusals.Category => refusals,
        TlsHandshake.Category => TlsHandshake.Log,
        _ => NullLogger.Instance,
    };

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
