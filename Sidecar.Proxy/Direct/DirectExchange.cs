using System.Buffers;
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
internal sealed class DirectExchange : IDisposable
{
    private readonly ConnectionContext _connection;
    private readonly ClientPresence _presence;
    private readonly LimitOptions _limits;
    private readonly DirectPath _path;
    private readonly DirectClock _clock;
    private readonly TimeProvider _time;
    private readonly DirectUpstream _upstream;
    private readonly DirectClient _client;
    private readonly int _port;
    private DirectUpload? _upload;

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
        var client = connection.RemoteEndPoint as IPEndPoint;
        Client = client?.Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : client?.Address;
        _port = client?.Port ?? 0;
        var answer = new DirectAnswer();
        _upstream = new DirectUpstream(connection, Client is null ? [] : Encoding.ASCII.GetBytes($"X-Forwarded-For: {Client}\r\n"), answer, clock, time);
        _client = new DirectClient(connection, presence, _upstream, answer, path.Date, limits, clock, time);
    }

    /// <summary>The client's address, or null.</summary>
    public IPAddress? Client { get; }

    /// <summary>The connection ends with the next answer.</summary>
    public void EndNext() => _client.IsLast = true;

    /// <summary>The client is gone: so is what it asked for.</summary>
    public void Leave() => _upstream.Leave();

    /// <summary>Runs an exchange.</summary>
    /// <param name="request">The request.</param>
    /// <param name="buffer">Its bytes; those of a request that is not whole are used up here, and the rest of its body with them.</param>
    /// <param name="way">Where it goes.</param>
    /// <returns>Whether the connection may have another.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> RunAsync(DirectRequest request, ReadOnlySequence<byte> buffer, DirectWay way)
    {
        var record = Describe(request, way);
        _path.Telemetry.Open(record);
        var attempt = _path.Telemetry.OpenAttempt(record, way.Target);
        _upstream.Begin(way, attempt.Timestamp);
        _client.Begin(record, request.Closes);
        var upload = request.IsWhole ? null : Upload(request, buffer, record);
        way.Target.Enter();
        ForwardingFailure? failure = null;
        try
        {
            await AnswerAsync(await _upstream.SendAsync(request, buffer, upload, attempt), request, upload, attempt);
        }
        catch (Exception exception)
        {
            failure = Explain(exception, upload);
            if (upload is not null)
                await upload.StopAsync();
            _upstream.Detach(isReusable: false);
        }

        way.Target.Exit();
        if (failure is { IsAppsFault: true })
            attempt.Error = failure.Error;
        _path.Telemetry.Close(attempt);
        var goesOn = failure is null ? await EndAsync(record, attempt.StatusCode) : await FailAsync(record, attempt.StatusCode, failure, upload);
        return upload is null ? goesOn : await upload.Body.SkipAsync() && goesOn && !_client.IsLast;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _upload?.Dispose();
        _client.Dispose();
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
        BytesReceived = request.Length - request.HeadLength,
    };

    private DirectUpload Upload(DirectRequest request, ReadOnlySequence<byte> buffer, RequestRecord record)
    {
        _upload ??= new DirectUpload(_connection, _presence, _upstream, _limits, _time);
        _upload.Begin(request, buffer, record);
        return _upload;
    }

    private async ValueTask AnswerAsync(int headLength, DirectRequest request, DirectUpload? upload, AttemptRecord attempt)
    {
        var (connection, record) = (_upstream.Connection!, attempt.Request);
        attempt.StatusCode = connection.Head.StatusCode;
        record.FirstByteTimestamp = _time.GetTimestamp();
        var framing = connection.Head.Framing(request.Method);
        _client.Answer(connection, headLength, framing);
        if (framing != BodyFraming.None)
            await new BodyCopy<DirectClient>(_client, connection, record, writesChunks: framing != BodyFraming.Length).RunAsync(framing);
        _ = _client.Writer;
        var isReusable = connection.Head.IsPersistent && framing != BodyFraming.UntilClose;
        if (upload is null)
        {
            _upstream.Detach(isReusable);
            return;
        }

        if (!upload.IsOver)
        {
            // An early answer reaches the client whole while it still sends.
            await _client.FlushAsync();
            await upload.EndAsync(isReusable);
        }

        _upstream.Detach(isReusable && upload.IsComplete);
    }

    private ForwardingFailure Explain(Exception exception, DirectUpload? upload) => exception switch
    {
        _ when _upstream.IsGone => ForwardingFailure.ClientGone,
        _ when upload is { Body.IsSlow: true } => new(ProxyError.Refused(StatusCodes.Status408RequestTimeout), "the body came too slowly", IsAppsFault: false),
        _ when _upstream.IsLate => new(_upstream.IsAnswering ? ProxyError.ConnectionReadTimeout : ProxyError.ResponseTimeout, null),
        BadAnswerException bad => new(bad.Error, bad.Message),
        ConnectionLimitException => new(ProxyError.ConnectionLimitReached, exception.Message, IsAppsFault: false),
        OperationCanceledException => new(ProxyError.ResponseTimeout, null),
        _ => new(UpstreamFailure.Classify(exception), UpstreamFailure.Describe(exception)),
    };

    private ValueTask<bool> EndAsync(RequestRecord record, int statusCode)
    {
        record.StatusCode = statusCode;
        _path.Telemetry.Close(record);
        return FlushAsync();
    }

    private ValueTask<bool> FailAsync(RequestRecord record, int statusCode, ForwardingFailure failure, DirectUpload? upload)
    {
        (record.Error, record.ErrorDetail, record.IsBrokenOff) = (failure.Error, failure.Detail, _client.HasHead);
        if (_client.HasHead || _upstream.IsGone)
        {
            record.StatusCode = _client.HasHead ? statusCode : 0;
            _path.Telemetry.Close(record);
            _client.BreakOff();
            return new(false);
        }

        _client.Answer(failure.Error, record.Method, closes: upload is { Body.IsSlow: true });
        return EndAsync(record, failure.Error.StatusCode);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FlushAsync()
    {
        await _client.FlushAsync();
        _clock.Stop();
        return !_upstream.IsGone && !_client.Closes;
    }
}
