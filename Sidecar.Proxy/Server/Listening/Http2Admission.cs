using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// How many connections may speak HTTP/2. Each may have many streams, which cost memory before anybody can turn one away. What is too much gets a GOAWAY that says that nothing was processed,
/// so that every request can be sent again.
/// </summary>
/// <param name="limits">How many there may be.</param>
/// <param name="memory">Whether there is memory for what they send.</param>
/// <param name="kestrel">How many streams each may have open.</param>
/// <param name="failures">Where it is told.</param>
/// <param name="time">The clock.</param>
internal sealed class Http2Admission(ResourceLimits limits, MemoryPressure memory, IOptions<KestrelServerOptions> kestrel, ConnectionFailures failures, TimeProvider time)
{
    // Empty SETTINGS, then GOAWAY: nothing was processed, ENHANCE_YOUR_CALM (RFC 9113, sections 6.5 and 6.8).
    private static readonly byte[] Farewell = [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11];

    private int _open;

    /// <summary>Serves a connection, or sends it away.</summary>
    /// <param name="connection">The connection, which speaks HTTP/2.</param>
    /// <param name="serve">What serves it.</param>
    /// <returns>When it is over.</returns>
    public async Task ServeAsync(ConnectionContext connection, Func<ConnectionContext, Task> serve)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > limits.Http2Connections)
            {
                failures.Report(connection.RemoteEndPoint, "http2_connection_limit", $"{limits.Http2Connections} connections that speak HTTP/2 are open");
                await connection.Transport.Output.WriteAsync(Farewell);
                return;
            }

            var resets = new ResetLimit(kestrel.Value.Limits.Http2.MaxStreamsPerConnection, time);
            connection.Transport = new Pipe(connection.Transport, memory, resets);
            await serve(connection);
            if (resets.IsExceeded)
                failures.Report(connection.RemoteEndPoint, "http2_rapid_reset", $"more than {resets.Max} streams were reset within a tenth of a second");
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private sealed class Pipe(IDuplexPipe inner, MemoryPressure memory, ResetLimit resets) : IDuplexPipe
    {
        public PipeReader Input { get; } = new PacedReader(inner.Input, memory, resets);

        public PipeWriter Output => inner.Output;
    }
}
