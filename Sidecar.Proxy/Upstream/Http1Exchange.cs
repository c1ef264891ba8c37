using System.Runtime.CompilerServices;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Upstream;

/// <summary>One request on its way to the application and its response on the way back. Both ways run at once. Exchanges are pooled: there is one a request.</summary>
internal sealed class Http1Exchange : IDisposable
{
    // An application that has answered may want the rest of an upload for a moment longer.
    private static readonly TimeSpan UploadGrace = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly Action<Http1Exchange> _giveBack;
    private readonly ForwardingDeadline _deadline;
    private HttpContext _context = null!;
    private RequestRecord _record = null!;
    private AttemptRecord _attempt = null!;
    private UpstreamPool _pool = null!;
    private ForwardingRules? _rules;
    private SidecarOptions _options = null!;
    private UpstreamOptions _upstream = null!;
    private Upgrade? _upgrade;
    private Http1Response? _http1;
    private RequestUpload? _upload;
    private UpstreamConnection? _connection;
    private bool _appSpoke;
    private bool _answered;

    /// <summary>Makes an exchange for many requests, one after the other.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="giveBack">Takes the exchange when it is over.</param>
    public Http1Exchange(TimeProvider time, Action<Http1Exchange> giveBack)
    {
        (_time, _giveBack) = (time, giveBack);
        _deadline = new(time) { Over = BreakOff };
    }

    /// <summary>Runs the exchange.</summary>
    /// <param name="context">The request.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="pool">The target's connections.</param>
    /// <param name="rules">What filters ask of it, or null.</param>
    /// <param name="options">The configuration.</param>
    /// <returns>What went wrong, or null.</returns>
    [AsyncMethodBuilder(typeof(PooledTask<>))]
    public async ValueTask<ForwardingFailure?> RunAsync(HttpContext context, AttemptRecord attempt, UpstreamPool pool, ForwardingRules? rules, SidecarOptions options)
    {
        Begin(context, attempt, pool, rules, options);
        var aborted = _context.RequestAborted.UnsafeRegister(static exchange => ((Http1Exchange)exchange!)._deadline.GiveUp(), this);
        try
        {
            await SendAsync();
            for (var head = ReadHead(_connection!); head != HeadKind.Final; head = ReadHead(_connection!))
            {
                if (head == HeadKind.Informational && _http1 is not null)
                    await _http1.InformAsync(_connection!.Head);
                if (head != HeadKind.None)
                    continue;
                try
                {
                    Received(await _connection!.ReceiveAsync());
                }
                catch (IOException) when (MayResend())
                {
                    await ResendAsync();
                }
            }

            BeginResponse(_connection!.Head);
            if (_connection.Head.StatusCode == StatusCodes.Status101SwitchingProtocols)
                await TunnelAsync(_connection);
            else if (HoldsBack(_connection.Head))
                _answered = UnwantedResponse.TrySkip(_connection, _record.Method);
            else
                await AnswerAsync(_connection);
            return null;
        }
        catch (Exception exception)
        {
            return await ExplainAsync(exception);
        }
        finally
        {
            // Waits for an abort under way: a connection back in the pool is the next request's, and must not be cut off for this one.
            await aborted.DisposeAsync();
            await EndAsync();
            Dispose();
            _giveBack(this);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _deadline.Dispose();
        _upload?.Dispose();
        (_context, _attempt, _record, _pool, _rules, _options, _upstream) = (null!, null!, null!, null!, null, null!, null!);
        (_upgrade, _http1, _upload, _appSpoke, _answered) = (null, null, null, false, false);
    }

    private void Begin(HttpContext context, AttemptRecord attempt, UpstreamPool pool, ForwardingRules? rules, SidecarOptions options)
    {
        (_context, _attempt, _record, _pool, _rules, _options) = (context, attempt, attempt.Request, pool, rules, options);
        _upstream = pool.Target.Cluster.Options;
        _deadline.Begin(attempt, rules, _upstream, context.Features.Get<Http1Request>()?.Clock);
        _upgrade = Upgrade.Of(context);
        _http1 = context.Features.Get<Http1Response>();
        if (_upgrade is null)
            _upload = RequestUpload.Of(context, _record, _upstream, _time, _deadline);
    }

    private void BreakOff() => _connection?.Abort();

    [AsyncMethodBuilder(typeof(PooledTask))]
    private async ValueTask SendAsync(bool fresh = false)
    {
        _connection = (fresh ? null : _pool.TryRent()) ?? await _pool.RentAsync(fresh, _rules?.Connect ?? _upstream.ConnectTimeout, _deadline.Token);
        // Who was late before this would have found nothing to break off.
        if (_deadline.IsOver)
            throw new OperationCanceledException();
        _record.UpstreamAddress = _connection.Peer;
        _connection.Head.IsLenient = _upstream.Lenient;
        try
        {
            RequestHeadWriter.Write(_connection, _context, _attempt, _options, _upload, _upgrade);
            if (_upload is not null)
                _upload.Start(_connection);
            else
                await _connection.FlushAsync();
            _deadline.IsRequestSent |= _upload is null;
            _deadline.Progress();
        }
        catch (IOException) when (MayResend())
        {
            await ResendAsync();
        }
    }

    private ValueTask ResendAsync()
    {
        _pool.Discard(_connection!);
        _connection = null;
        return SendAsync(fresh: true);
    }

    // The application closed an idle connection as the request set out on it; RFC 9112, section 9.3.1, allows another try.
    private bool MayResend() => _connection!.IsReused && !_appSpoke && _upload is null && IsIdempotent() && !_deadline.IsOver;

    private void Received(int count)
    {
        if (_connection!.Received(count) == 0)
            throw _connection.Input.IsEmpty ? new IOException("the application closed the connection") : new BadResponseException(ProxyError.ResponseIncomplete, "the head broke off");
        _appSpoke = true;
    }

    private bool IsIdempotent() => _record.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" && _upgrade is null;

    private HeadKind ReadHead(UpstreamConnection connection)
    {
        if (!connection.TryReadHead(out var length, out var error))
        {
            if (error is not null)
                throw new BadResponseException(ProxyError.HttpProtocolError, error);
            return connection.Input.Length > _upstream.MaxResponseHeadBytes ? throw TooLarge() : HeadKind.None;
        }

        if (length > _upstream.MaxResponseHeadBytes)
            throw TooLarge();
        switch (connection.Head.StatusCode)
        {
            case StatusCodes.Status100Continue:
                _upload?.Continue(true);
                return HeadKind.Continue;
            case StatusCodes.Status101SwitchingProtocols when _upgrade is null:
                throw new BadResponseException(ProxyError.HttpProtocolError, "it switches protocols unasked");
            case < 200 and not StatusCodes.Status101SwitchingProtocols:
                return HeadKind.Informational;
            default:
                return HeadKind.Final;
        }
    }

    private void BeginResponse(ResponseHead head)
    {
        _attempt.StatusCode = head.StatusCode;
        _deadline.IsResponseBegun = true;
        _record.FirstByteTimestamp = _time.GetTimestamp();
        _upload?.Continue(false);
        _deadline.Progress();
    }

    private bool HoldsBack(ResponseHead head) =>
        _rules?.Retries is { } retries && retries.Covers(head.StatusCode) && retries.HoldsBack(_attempt, head.Field(HeaderNames.RetryAfter));

    private BadResponseException TooLarge() => new(ProxyError.ResponseHeadersTooLarge, $"it is larger than {_upstream.MaxResponseHeadBytes} bytes");

    private async Task AnswerAsync(UpstreamConnection connection)
    {
        if (_upgrade is { IsExtendedConnect: true } && connection.Head.StatusCode == StatusCodes.Status200OK)
            throw new BadResponseException(ProxyError.HttpProtocolError, "it answers a WebSocket handshake with 200");
        await new ResponseCopy(_context, _record, connection, _deadline).RunAsync(_options.Headers);
        _answered = true;
        if (_upload is not { Completion: { IsCompleted: false } upload })
            return;
        // An early response reaches the client whole while it still sends.
        await _context.Response.CompleteAsync();
        if (connection.Head.IsPersistent)
            await Task.WhenAny(upload, Task.Delay(UploadGrace, _time, _deadline.Token));
    }

    private async Task TunnelAsync(UpstreamConnection connection)
    {
        _record.IsUpgraded = true;
        await using var client = await _upgrade!.AcceptAsync(_context, _record, connection.Head, _options.Headers);
        await new Tunnel(client, connection, _record, _deadline, _context.RequestAborted).RunAsync();
    }

    private async Task<ForwardingFailure> ExplainAsync(Exception exception)
    {
        if (_context.RequestAborted.IsCancellationRequested)
            return ForwardingFailure.ClientGone;
        if (_upload is { ClientFailed: true } && await _upload.Completion is { } clientFailure)
            return ExplainClient(clientFailure);
        return exception switch
        {
            _ when _deadline.IsOver => new(_deadline.IsResponseBegun ? ProxyError.ConnectionReadTimeout : ProxyError.ResponseTimeout, null, IsUnsent: _connection is null),
            BadResponseException bad => new(bad.Error, bad.Message),
            ConnectionLimitException => new(ProxyError.ConnectionLimitReached, exception.Message, IsAppsFault: false),
            _ => new(UpstreamFailure.Classify(exception), UpstreamFailure.Describe(exception), IsUnsent: _connection is null),
        };
    }

    private static ForwardingFailure ExplainClient(Exception exception) => exception is BadHttpRequestException bad
        ? new(ProxyError.Refused(bad.StatusCode), bad.Message, IsAppsFault: false)
        : ForwardingFailure.ClientGone;

    private ValueTask EndAsync()
    {
        if (_connection is not { } connection)
            return default;
        _connection = null;
        // From here on nobody breaks it off: in the pool it is the next request's.
        _deadline.Pause();
        if (_answered && !_deadline.IsOver && !_context.RequestAborted.IsCancellationRequested && _upload is null or { IsComplete: true, Completion.IsCompleted: true } && connection.Head.IsPersistent && connection.Head.Framing(_record.Method) != BodyFraming.UntilClose)
        {
            connection.KeepAliveTimeout = connection.Head.KeepAliveTimeout;
            _pool.Return(connection);
            return default;
        }

        if (_upload is { Completion.IsCompleted: false } upload)
            return new(BreakOffAsync(connection, upload));
        _pool.Discard(connection);
        return default;
    }

    private async Task BreakOffAsync(UpstreamConnection connection, RequestUpload upload)
    {
        connection.Abort();
        await upload.StopAsync();
        _pool.Discard(connection);
    }

    private enum HeadKind
    {
        None,
        Continue,
        Informational,
        Final,
    }
}
