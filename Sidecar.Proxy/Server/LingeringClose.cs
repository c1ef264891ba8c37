using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Server;

/// <summary>
/// Ends a connection whose client may still send (RFC 9112, section 9.6): a socket that is closed with bytes in it resets the client before it has read its
/// response. So the sidecar first says that it has no more to say, then reads what comes, for so long and so much.
/// </summary>
/// <param name="connection">The connection, all of whose responses have been flushed.</param>
/// <param name="time">The clock.</param>
internal readonly struct LingeringClose(ConnectionContext connection, TimeProvider time)
{
    private const long MaxBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>Ends it.</summary>
    /// <returns>When the client has ended its half, or has had the time to read its response.</returns>
    public async ValueTask RunAsync()
    {
        try
        {
            await ShutdownAsync();
            await DiscardAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            // The client was faster.
        }
    }

    private async ValueTask ShutdownAsync()
    {
        if (connection.Features.Get<ISslStreamFeature>()?.SslStream is { } tls)
            await tls.ShutdownAsync().WaitAsync(Silence, time);
        await SocketFeature.Of(connection).ShutdownSendAsync(time);
    }

    private async ValueTask DiscardAsync()
    {
        var input = connection.Transport.Input;
        var began = time.GetTimestamp();
        using var end = new CancellationTokenSource(Silence, time);
        for (long count = 0; count < MaxBytes && time.GetElapsedTime(began) < Limit;)
        {
            var read = await input.ReadAsync(end.Token);
            count += read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
            end.CancelAfter(Silence);
        }
    }
}
