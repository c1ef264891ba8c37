using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Listening;

namespace Sidecar.Proxy.Direct;

/// <summary>The rest of a body that has not all come with its head, as the client sends it, and how long it may take to.</summary>
/// <param name="connection">The client's connection.</param>
/// <param name="presence">Whether the client is there.</param>
/// <param name="limits">What is allowed.</param>
/// <param name="time">The clock.</param>
internal sealed class DirectBody(ConnectionContext connection, ClientPresence presence, LimitOptions limits, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan SkipLimit = TimeSpan.FromSeconds(5);

    private readonly PipeReader _input = connection.Transport.Input;
    private readonly Socket? _socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
    private readonly DirectClock _clock = new(time);
    private SequencePosition _used;
    private long _received;
    private TimeSpan _waited;
    private bool _isHeld;
    private volatile bool _isStopped;
    private volatile bool _isSlow;

    /// <summary>How much of it has still to come.</summary>
    public long Missing { get; private set; }

    /// <summary>Whether it came more slowly than it may.</summary>
    public bool IsSlow => _isSlow;

    /// <summary>Whether bytes are with the operating system already, so that the next read does not wait for the client.</summary>
    public bool IsOnItsWay
    {
        get
        {
            try
            {
                return _socket is { Available: > 0 };
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The connection is being broken off, which the next read tells.
                return false;
            }
        }
    }

    /// <summary>A request begins.</summary>
    /// <param name="request">The request.</param>
    /// <param name="buffer">What has been read of it.</param>
    public void Begin(DirectRequest request, ReadOnlySequence<byte> buffer)
    {
        (Missing, _received, _used, _isHeld) = (request.MissingLength, request.Length - request.HeadLength, buffer.GetPosition(request.Length), true);
        (_waited, _isStopped, _isSlow) = (TimeSpan.Zero, false, false);
    }

    /// <summary>Nobody needs any more what was read with the head.</summary>
    public void Release()
    {
        if (!_isHeld)
            return;
        _isHeld = false;
        _input.AdvanceTo(_used);
        presence.Received();
    }

    /// <summary>Reads what has come.</summary>
    /// <param name="read">What has come.</param>
    /// <returns>Whether anything has.</returns>
    public bool TryRead(out ReadResult read) => _input.TryRead(out read);

    /// <summary>Waits for more.</summary>
    /// <returns>What has come, for <see cref="TryTake"/>.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadResult> ReadAsync()
    {
        try
        {
            var reading = _input.ReadAsync();
            if (reading.IsCompleted || limits.MinRequestBytesPerSecond == 0)
                return await reading;
            var began = time.GetTimestamp();
            _clock.Start(Allowed(), static body => ((DirectBody)body).OnSlow(), this);
            var read = await reading;
            _clock.Stop();
            _waited += time.GetElapsedTime(began);
            return read;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _clock.Stop();
            presence.Leave();
            throw;
        }
    }

    /// <summary>Takes of a read what belongs to the body.</summary>
    /// <param name="read">The read.</param>
    /// <param name="part">What belongs to the body, which <see cref="Use"/> must follow.</param>
    /// <returns>False when nothing more is to come of the body: the client broke it off or was too slow, or <see cref="Stop"/> was called.</returns>
    public bool TryTake(ReadResult read, out ReadOnlySequence<byte> part)
    {
        part = read.Buffer.Length > Missing ? read.Buffer.Slice(0, Missing) : read.Buffer;
        var isBrokenOff = read.IsCompleted && part.Length < Missing;
        if (!isBrokenOff && !_isStopped && !_isSlow)
            return true;
        _input.AdvanceTo(part.Start);
        if (isBrokenOff)
            presence.Leave();
        return false;
    }

    /// <summary>A part of the body has been used.</summary>
    /// <param name="part">The part.</param>
    public void Use(ReadOnlySequence<byte> part)
    {
        Missing -= part.Length;
        _received += part.Length;
        _input.AdvanceTo(part.End);
        presence.Received();
    }

    /// <summary>Ends the wait for more, from whatever thread.</summary>
    public void Stop()
    {
        _isStopped = true;
        _input.CancelPendingRead();
    }

    /// <summary>Leaves behind what nobody wants: a client that still sends would not read its answer, nor would its next request be found.</summary>
    /// <returns>Whether the body has come to its end.</returns>
    public async ValueTask<bool> SkipAsync()
    {
        Release();
        if (Missing == 0 || _isSlow)
            return Missing == 0;
        _isStopped = false;
        _clock.Start(SkipLimit, static body => ((DirectBody)body).Stop(), this);
        try
        {
            while (Missing > 0 && TryTake(await _input.ReadAsync(), out var part))
            {
                Use(part);
                // A client that never pauses would keep the thread that hears of everybody's bytes (InlineSockets).
                await Task.Yield();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client is gone.
        }

        _clock.Stop();
        return Missing == 0;
    }

    /// <inheritdoc />
    public void Dispose() => _clock.Dispose();

    /// <summary>How long the client may keep the body waiting. As in Kestrel only waiting counts, and only after a while: the application may take its time.</summary>
    private TimeSpan Allowed()
    {
        var left = TimeSpan.FromSeconds(Math.Max(LimitOptions.RateGrace.TotalSeconds, (double)_received / limits.MinRequestBytesPerSecond)) - _waited;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void OnSlow()
    {
        _isSlow = true;
        _input.CancelPendingRead();
    }
}
