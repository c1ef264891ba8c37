namespace Sidecar.Proxy.Upstream;

/// <summary>Bytes both ways on a connection that is no longer HTTP.</summary>
/// <param name="client">The client's end.</param>
/// <param name="connection">The application's end.</param>
/// <param name="record">Takes the counts.</param>
/// <param name="deadline">The attempt's; its clock stands still here.</param>
/// <param name="clientGone">Fires when the client is gone.</param>
internal sealed class Tunnel(Stream client, UpstreamConnection connection, RequestRecord record, ForwardingDeadline deadline, CancellationToken clientGone)
{
    /// <summary>Passes bytes until the application has said its last.</summary>
    /// <returns>When both ways are closed.</returns>
    public async Task RunAsync()
    {
        deadline.Pause();
        // The response may have been followed by the first bytes of the new protocol.
        if (!connection.Input.IsEmpty)
            await ForwardInputAsync();
        var down = DownAsync();
        var up = UpAsync(down);
        await down;
        // What the client still sends has nobody to read it.
        deadline.GiveUp();
        await up;
    }

    private async Task DownAsync()
    {
        while (await connection.FillAsync(deadline.Token) > 0)
            await ForwardInputAsync();
    }

    private async Task ForwardInputAsync()
    {
        var bytes = connection.Input.ToArray();
        connection.Advance(bytes.Length);
        record.BytesSent += bytes.Length;
        await client.WriteAsync(bytes, clientGone);
        await client.FlushAsync(clientGone);
    }

    private async Task UpAsync(Task appsSide)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int count;
            while ((count = await client.ReadAsync(buffer, deadline.Token)) > 0)
            {
                record.BytesReceived += count;
                await connection.WriteAsync(buffer.AsMemory(0, count), deadline.Token);
            }

            if (!appsSide.IsCompleted)
                record.EndedBy = RequestEnd.Client;
            await connection.ShutdownSendAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            connection.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
