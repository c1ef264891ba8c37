using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding.Http1;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Direct;

/// <summary>
/// The rest of a body on its way to the application, while the answer may already come back. A connection has one of these from its
/// first request on whose body does not all come with its head.
/// </summary>
/// <param name="connection">The client's connection.</param>
/// <param name="presence">Whether the client is there.</param>
/// <param name="upstream">The application's side.</param>
/// <param name="limits">What is allowed.</param>
/// <param name="time">The clock.</param>
internal sealed class DirectUpload(ConnectionContext connection, ClientPresence presence, DirectUpstream upstream, LimitOptions limits, TimeProvider time) : IDisposable
{
    // What one write to the application may gather; larger ones save nothing.
    private const int FlushSize = 64 * 1024;

    // As in the pipeline: an application that has answered may want the rest for a moment longer.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private RequestRecord _record = null!;
    private Task _running = Task.CompletedTask;
    private bool _isComplete;
    private bool _isBrokenOff;

    /// <summary>The body.</summary>
    public DirectBody Body { get; } = new(connection, presence, limits, time);

    /// <summary>Whether nothing of it is on its way any more.</summary>
    public bool IsOver => _running.IsCompleted;

    /// <summary>Whether all of the body has gone to the application, and nothing broke off the connection to it.</summary>
    public bool IsComplete => _isComplete && !_isBrokenOff;

    /// <summary>A request begins.</summary>
    /// <param name="request">The request.</param>
    /// <param name="buffer">What has been read of it.</param>
    /// <param name="record">Its telemetry.</param>
    public void Begin(DirectRequest request, ReadOnlySequence<byte> buffer, RequestRecord record)
    {
        (_record, _running, _isComplete, _isBrokenOff) = (record, Task.CompletedTask, false, false);
        Body.Begin(request, buffer);
    }

    /// <summary>Sends the rest of the body as it comes, behind what has been written to the application and not been sent yet.</summary>
    /// <param name="connection">Where to.</param>
    public void Start(UpstreamConnection connection)
    {
        Body.Release();
        _running = RunAsync(connection);
    }

    /// <summary>The answer is over, and with it the upload; but an application that keeps its connection has a moment for the rest.</summary>
    /// <param name="mayGoOn">Whether the application keeps its connection.</param>
    /// <returns>When nothing of it is on its way any more.</returns>
    public async ValueTask EndAsync(bool mayGoOn)
    {
        if (mayGoOn)
            await _running.WaitAsync(Grace, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync();
    }

    /// <summary>Breaks the upload off, and the connection to the application with it.</summary>
    /// <returns>When nothing of it is on its way any more.</returns>
    public ValueTask StopAsync()
    {
        if (_running.IsCompleted)
            return default;
        _isBrokenOff = true;
        upstream.BreakOff();
        Body.Stop();
        return new(_running);
    }

    /// <inheritdoc />
    public void Dispose() => Body.Dispose();

    private async Task RunAsync(UpstreamConnection connection)
    {
        try
        {
            while (Body.Missing > 0)
            {
                if (!Body.TryRead(out var read))
                {
                    // What the next read does not wait for goes along in the same write.
                    if (!Body.IsOnItsWay)
                        await connection.FlushAsync(CancellationToken.None);
                    read = await Body.ReadAsync();
                }

                if (!Body.TryTake(read, out var part))
                {
                    if (Body.IsSlow)
                        upstream.BreakOff();
                    return;
                }

                try
                {
                    await WriteAsync(connection, part);
                }
                finally
                {
                    Body.Use(part);
                }

                upstream.Progress();
            }

            await connection.FlushAsync(CancellationToken.None);
            _isComplete = true;
            upstream.Sent();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // An application that stops listening may still answer.
        }
    }

    private ValueTask WriteAsync(UpstreamConnection connection, ReadOnlySequence<byte> part)
    {
        _record.BytesReceived += part.Length;
        if (!part.IsSingleSegment)
            return WriteAllAsync(connection, part);
        connection.Write(part.FirstSpan);
        return connection.Pending >= FlushSize ? connection.FlushAsync(CancellationToken.None) : default;
    }

    private static async ValueTask WriteAllAsync(UpstreamConnection connection, ReadOnlySequence<byte> part)
    {
        foreach (var segment in part)
        {
            connection.Write(segment.Span);
            if (connection.Pending >= FlushSize)
                await connection.FlushAsync(CancellationToken.None);
        }
    }
}
