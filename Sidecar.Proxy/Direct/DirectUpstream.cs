using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Forwarding.Http1;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Direct;

/// <summary>The application's side of a client's connection: the upstream connection that the current request has, and how long it may keep it waiting.</summary>
/// <param name="client">The client's connection.</param>
/// <param name="forwardedFor">The client's address as a header's line.</param>
/// <param name="answer">What reads the answer's head.</param>
/// <param name="clock">The connection's timer.</param>
/// <param name="time">The clock.</param>
internal sealed class DirectUpstream(ConnectionContext client, byte[] forwardedFor, DirectAnswer answer, DirectClock clock, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DirectWay _way = null!;
    private UpstreamOptions _options = null!;
    private UpstreamConnection? _connection;
    private long _started;
    private bool _appSpoke;
    private bool _isSent;
    private volatile bool _isLate;
    private volatile bool _isGone;

    /// <summary>The connection that the request has, or null.</summary>
    public UpstreamConnection? Connection => _connection;

    /// <summary>Whether the application was waited for in vain.</summary>
    public bool IsLate => _isLate;

    /// <summary>Whether the client is gone.</summary>
    public bool IsGone => _isGone;

    /// <summary>Whether the head of the answer is there.</summary>
    public bool IsAnswering { get; private set; }

    /// <summary>A request begins.</summary>
    /// <param name="way">Where it goes.</param>
    /// <param name="started">When it began, on the monotonic clock.</param>
    public void Begin(DirectWay way, long started) =>
        (_way, _options, _started, _isLate, _isSent, IsAnswering) = (way, way.Target.Cluster.Options, started, false, false, false);

    /// <summary>Sends a request and waits for the head of its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="buffer">Its bytes.</param>
    /// <param name="upload">What sends the rest of its body, or null when there is none.</param>
    /// <param name="attempt">The attempt.</param>
    /// <returns>How long the answer's head is. It is still at the beginning of the connection's input.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> SendAsync(DirectRequest request, ReadOnlySequence<byte> buffer, DirectUpload? upload, AttemptRecord attempt)
    {
        for (var fresh = false; ; fresh = true)
        {
            var connection = (fresh ? null : _way.Pool.TryRent()) ?? await ConnectAsync(_way.Pool, fresh);
            Attach(connection);
            attempt.Request.UpstreamAddress = connection.Peer;
            _appSpoke = false;
            try
            {
                DirectRequestWriter.Write(connection, request, buffer.FirstSpan, attempt, forwardedFor, _way.Options);
                _isSent = upload is null;
                Progress();
                if (upload is null)
                    await connection.FlushAsync(CancellationToken.None);
                else
                    upload.Start(connection);
                return await ReadHeadAsync(connection);
            }
            catch (IOException) when (!fresh && connection.IsReused && !_appSpoke && request.IsIdempotent && !_isGone && !_isLate)
            {
                // The application closed an idle connection as the request set out on it; RFC 9112, section 9.3.1, allows another try.
                Detach(isReusable: false);
            }
        }
    }

    /// <summary>Something moved: the application's time starts again.</summary>
    public void Progress()
    {
        var limit = _isSent && !IsAnswering ? _options.ResponseTimeout : _options.IdleTimeout;
        if (_options.TotalTimeout is { } total && total - time.GetElapsedTime(_started) is var left && left < limit)
            limit = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        clock.Start(limit, static upstream => ((DirectUpstream)upstream).OnLate(), this);
    }

    /// <summary>The request's last byte is on its way.</summary>
    public void Sent()
    {
        _isSent = true;
        Progress();
    }

    /// <summary>Gives the connection back, if the request has one.</summary>
    /// <param name="isReusable">Whether another request may have it.</param>
    public void Detach(bool isReusable)
    {
        UpstreamConnection? connection;
        clock.Stop();
        lock (_lock)
        {
            connection = _connection;
            _connection = null;
        }

        if (connection is null)
            return;
        // A connection in the pool is the next request's: one that was broken off for this one must not get there.
        if (isReusable && !_isGone && !_isLate)
            _way.Pool.Return(connection);
        else
            _way.Pool.Discard(connection);
    }

    /// <summary>The client is gone: so is what it asked for.</summary>
    public void Leave()
    {
        _isGone = true;
        BreakOff();
    }

    /// <summary>Breaks off what goes on with the application.</summary>
    public void BreakOff()
    {
        lock (_lock)
            _connection?.Abort();
    }

    private async ValueTask<UpstreamConnection> ConnectAsync(UpstreamPool pool, bool fresh)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(client.ConnectionClosed);
        if (_options.TotalTimeout is { } total)
            end.CancelAfter(total);
        return await pool.RentAsync(fresh, _options.ConnectTimeout, end.Token);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadHeadAsync(UpstreamConnection connection)
    {
        while (true)
        {
            if (!answer.TryRead(connection.Input, connection.Head, out var length, out var error))
            {
                if (error is not null)
                    throw new BadAnswerException(ProxyError.HttpProtocolError, error);
                if (connection.Input.Length > _options.MaxResponseHeadBytes)
                    throw TooLarge();
                if (await connection.FillAsync(CancellationToken.None) == 0)
                    throw connection.Input.IsEmpty ? new IOException("the application closed the connection") : new BadAnswerException(ProxyError.ResponseIncomplete, "the head broke off");
                _appSpoke = true;
                continue;
            }

            if (length > _options.MaxResponseHeadBytes)
                throw TooLarge();
            if (connection.Head.StatusCode == StatusCodes.Status101SwitchingProtocols)
                throw new BadAnswerException(ProxyError.HttpProtocolError, "it switches protocols unasked");
            if (connection.Head.StatusCode >= 200)
            {
                IsAnswering = true;
                return length;
            }

            connection.Advance(length);
        }
    }

    private BadAnswerException TooLarge() => new(ProxyError.ResponseHeadersTooLarge, $"it is larger than {_options.MaxResponseHeadBytes} bytes");

    private void Attach(UpstreamConnection connection)
    {
        lock (_lock)
            _connection = connection;
        // Who left before this would have found nothing to break off.
        if (_isGone)
            connection.Abort();
    }

    private void OnLate()
    {
        _isLate = true;
        BreakOff();
    }
}
