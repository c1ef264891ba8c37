using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Forwarding.Http1;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Direct;

/// <summary>One request after the other on its way to the application, and its answer on the way back. A connection has one of these.</summary>
internal sealed class DirectExchange : IBodySink
{
    // As Kestrel has it for requests that go through the pipeline.
    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);

    private readonly ConnectionContext _connection;
    private readonly PipeWriter _output;
    private readonly ClientPresence _presence;
    private readonly DirectPath _path;
    private readonly LimitOptions _limits;
    private readonly DirectClock _clock;
    private readonly TimeProvider _time;
    private readonly DirectAnswer _answer = new();
    private readonly Lock _lock = new();
    private readonly int _port;
    private readonly byte[] _forwardedFor;
    private UpstreamOptions _options = null!;
    private UpstreamConnection? _upstream;
    private long _started;
    private int _headLength;
    private bool _appSpoke;
    private bool _answerBegun;
    private bool _headWritten;
    private bool _closes;
    private int _headPosition;
    private BodyFraming _framing;
    private RequestRecord _record = null!;
    private volatile bool _isLate;
    private volatile bool _isGone;

    /// <summary>Takes a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="presence">Whether the client is there.</param>
    /// <param name="path">Who goes the direct way.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="clock">The connection's timer.</param>
    /// <param name="time">The clock.</param>
    public DirectExchange(ConnectionContext connection, ClientPresence presence, DirectPath path, LimitOptions limits, DirectClock clock, TimeProvider time)
    {
        (_connection, _presence, _path, _limits, _clock, _time) = (connection, presence, path, limits, clock, time);
        _output = connection.Transport.Output;
        var client = connection.RemoteEndPoint as IPEndPoint;
        Client = client?.Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : client?.Address;
        _port = client?.Port ?? 0;
        _forwardedFor = Client is null ? [] : Encoding.ASCII.GetBytes($"X-Forwarded-For: {Client}\r\n");
    }

    /// <summary>The client's address, or null.</summary>
    public IPAddress? Client { get; }

    /// <summary>Whether the connection ends with the next answer.</summary>
    public bool IsLast { get; set; }

    /// <summary>The client. The head goes first, and not before something follows: until then a bad answer can still become a good 502.</summary>
    public PipeWriter Writer
    {
        get
        {
            if (!_headWritten)
                WriteHead();
            return _output;
        }
    }

    /// <summary>Runs an exchange.</summary>
    /// <param name="request">The request.</param>
    /// <param name="buffer">Its bytes.</param>
    /// <param name="way">Where it goes.</param>
    /// <returns>Whether the connection may have another.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> RunAsync(DirectRequest request, ReadOnlySequence<byte> buffer, DirectWay way)
    {
        var record = Describe(request, way);
        _path.Telemetry.Open(record);
        var attempt = _path.Telemetry.OpenAttempt(record, way.Target);
        (_record, _options, _started, _closes) = (record, way.Target.Cluster.Options, attempt.Timestamp, request.Closes);
        (_isLate, _answerBegun, _headWritten) = (false, false, false);
        way.Target.Enter();
        ForwardingFailure? failure = null;
        try
        {
            await SendAsync(request, buffer, way, attempt);
            await AnswerAsync(request, attempt, way);
        }
        catch (Exception exception)
        {
            failure = Explain(exception);
            Detach(way.Pool, isReusable: false);
        }

        way.Target.Exit();
        if (failure is { IsAppsFault: true })
            attempt.Error = failure.Error;
        _path.Telemetry.Close(attempt);
        return failure is null ? await EndAsync(record, attempt.StatusCode) : await FailAsync(record, attempt.StatusCode, failure, request.Method);
    }

    /// <summary>The client is gone: so is what it asked for.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _isGone = true;
            _upstream?.Abort();
        }
    }

    /// <inheritdoc />
    public ValueTask<int> FillAsync(UpstreamConnection connection)
    {
        Watch(_options.IdleTimeout);
        return connection.FillAsync(CancellationToken.None);
    }

    /// <inheritdoc />
    public ValueTask FlushAsync()
    {
        var written = Writer.UnflushedBytes;
        _presence.Sending();
        var flush = _output.FlushAsync();
        if (!flush.IsCompleted)
            return WaitForClientAsync(flush, written);
        _presence.Sent();
        if (flush.Result.IsCompleted)
            Leave();
        return default;
    }

    /// <inheritdoc />
    public void AddTrailers(ReadOnlySpan<byte> section)
    {
        // All that has trailers is framed in chunks here.
    }

    private RequestRecord Describe(DirectRequest request, DirectWay way) => new()
    {
        Method = request.Method,
        Scheme = "http",
        Host = request.Host,
        Path = request.Path,
        Query = request.Query,
        ProtocolVersion = "1.1",
        ClientAddress = Client,
        ClientPort = _port,
        UserAgent = request.UserAgent,
        TraceParent = request.TraceParent,
        TraceState = request.TraceState,
        RequestId = way.Options.Headers.RequestId ? request.RequestId ?? RequestId.New(_time.GetUtcNow()) : null,
        BytesReceived = Math.Max(request.ContentLength, 0),
    };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(DirectRequest request, ReadOnlySequence<byte> buffer, DirectWay way, AttemptRecord attempt)
    {
        for (var fresh = false; ; fresh = true)
        {
            var upstream = (fresh ? null : way.Pool.TryRent()) ?? await ConnectAsync(way.Pool, fresh);
            Attach(upstream);
            attempt.Request.UpstreamAddress = upstream.Peer;
            _appSpoke = false;
            try
            {
                DirectRequestWriter.Write(upstream, request, buffer.FirstSpan, attempt, _forwardedFor, way.Options);
                Watch(_options.ResponseTimeout);
                await upstream.FlushAsync(CancellationToken.None);
                await ReadHeadAsync(upstream);
                return;
            }
            catch (IOException) when (!fresh && upstream.IsReused && !_appSpoke && request.IsIdempotent && !_isGone && !_isLate)
            {
                // The application closed an idle connection as the request set out on it; RFC 9112, section 9.3.1, allows another try.
                Detach(way.Pool, isReusable: false);
            }
        }
    }

    private async ValueTask<UpstreamConnection> ConnectAsync(UpstreamPool pool, bool fresh)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_connection.ConnectionClosed);
        if (_options.TotalTimeout is { } total)
            end.CancelAfter(total);
        return await pool.RentAsync(fresh, _options.ConnectTimeout, end.Token);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadHeadAsync(UpstreamConnection upstream)
    {
        while (true)
        {
            if (!_answer.TryRead(upstream.Input, upstream.Head, out var length, out var error))
            {
                if (error is not null)
                    throw new BadAnswerException(ProxyError.HttpProtocolError, error);
                if (upstream.Input.Length > _options.MaxResponseHeadBytes)
                    throw TooLarge();
                if (await upstream.FillAsync(CancellationToken.None) == 0)
                    throw upstream.Input.IsEmpty ? new IOException("the application closed the connection") : new BadAnswerException(ProxyError.ResponseIncomplete, "the head broke off");
                _appSpoke = true;
                continue;
            }

            if (length > _options.MaxResponseHeadBytes)
                throw TooLarge();
            if (upstream.Head.StatusCode == StatusCodes.Status101SwitchingProtocols)
                throw new BadAnswerException(ProxyError.HttpProtocolError, "it switches protocols unasked");
            if (upstream.Head.StatusCode >= 200)
            {
                _headLength = length;
                return;
            }

            upstream.Advance(length);
        }
    }

    private async ValueTask AnswerAsync(DirectRequest request, AttemptRecord attempt, DirectWay way)
    {
        var (upstream, record) = (_upstream!, attempt.Request);
        attempt.StatusCode = upstream.Head.StatusCode;
        record.FirstByteTimestamp = _time.GetTimestamp();
        (_answerBegun, _framing, _headPosition) = (true, upstream.Head.Framing(request.Method), upstream.Position);
        upstream.Advance(_headLength);
        if (_framing != BodyFraming.None)
            await new BodyCopy<DirectExchange>(this, upstream, record, writesChunks: _framing != BodyFraming.Length).RunAsync(_framing);
        _ = Writer;
        Detach(way.Pool, upstream.Head.IsPersistent && _framing != BodyFraming.UntilClose);
    }

    private void WriteHead()
    {
        _headWritten = true;
        var upstream = _upstream!;
        _answer.Write(_output, upstream.LeftBehind(_headPosition, _headLength), upstream.Head, _framing, _path.Date.At(_record.Time), _record.RequestId, IsLast || _closes);
    }

    private BadAnswerException TooLarge() => new(ProxyError.ResponseHeadersTooLarge, $"it is larger than {_options.MaxResponseHeadBytes} bytes");

    private ForwardingFailure Explain(Exception exception) => exception switch
    {
        _ when _isGone => new(ProxyError.ClientDisconnected, null, IsAppsFault: false),
        _ when _isLate => new(_answerBegun ? ProxyError.ConnectionReadTimeout : ProxyError.ResponseTimeout, null),
        BadAnswerException bad => new(bad.Error, bad.Message),
        ConnectionLimitException => new(ProxyError.ConnectionLimitReached, exception.Message, IsAppsFault: false),
        OperationCanceledException => new(ProxyError.ResponseTimeout, null),
        _ => new(UpstreamFailure.Classify(exception), UpstreamFailure.Describe(exception)),
    };

    private ValueTask<bool> EndAsync(RequestRecord record, int statusCode)
    {
        record.StatusCode = statusCode;
        _path.Telemetry.Close(record);
        return FlushLastAsync();
    }

    private async ValueTask<bool> FailAsync(RequestRecord record, int statusCode, ForwardingFailure failure, string method)
    {
        (record.Error, record.ErrorDetail, record.IsBrokenOff) = (failure.Error, failure.Detail, _headWritten);
        if (_headWritten || _isGone)
        {
            // What was sent must not pass for the whole answer; and nobody is left for another.
            record.StatusCode = _headWritten ? statusCode : 0;
            _path.Telemetry.Close(record);
            _connection.Abort(new ConnectionAbortedException("The answer broke off."));
            return false;
        }

        _headWritten = true;
        DirectProblem.Write(_output, failure.Error, record, _path.Date.At(record.Time), method, IsLast || _closes);
        record.StatusCode = failure.Error.StatusCode;
        _path.Telemetry.Close(record);
        return await FlushLastAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FlushLastAsync()
    {
        await FlushAsync();
        _clock.Stop();
        return !_isGone && !IsLast && !_closes;
    }

    private async ValueTask WaitForClientAsync(ValueTask<FlushResult> flush, long written)
    {
        // The application is not slow while the client does not read.
        if (_limits.MinResponseBytesPerSecond == 0)
            _clock.Stop();
        else
            _clock.Start(TimeSpan.FromSeconds(Math.Max(RateGrace.TotalSeconds, (double)written / _limits.MinResponseBytesPerSecond)), static exchange => ((DirectExchange)exchange).OnSlowClient(), this);
        var result = await flush;
        _presence.Sent();
        if (result.IsCompleted)
            Leave();
        if (_upstream is not null)
            Watch(_options.IdleTimeout);
    }

    private void Attach(UpstreamConnection upstream)
    {
        lock (_lock)
            _upstream = upstream;
        // Who left before this would have found nothing to break off.
        if (_isGone)
            upstream.Abort();
    }

    private void Detach(UpstreamPool pool, bool isReusable)
    {
        UpstreamConnection? upstream;
        _clock.Stop();
        lock (_lock)
        {
            upstream = _upstream;
            _upstream = null;
        }

        if (upstream is null)
            return;
        // A connection in the pool is the next request's: one that was broken off for this one must not get there.
        if (isReusable && !_isGone && !_isLate)
            pool.Return(upstream);
        else
            pool.Discard(upstream);
    }

    private void Watch(TimeSpan limit)
    {
        if (_options.TotalTimeout is { } total && total - _time.GetElapsedTime(_started) is var left && left < limit)
            limit = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        _clock.Start(limit, static exchange => ((DirectExchange)exchange).OnLate(), this);
    }

    private void OnLate()
    {
        _isLate = true;
        lock (_lock)
            _upstream?.Abort();
    }

    private void OnSlowClient() => _connection.Abort(new ConnectionAbortedException("The client did not read its answer."));
}
