using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>One request on its way to the application and its answer on the way back. Both ways run at once.</summary>
internal sealed class Http1Exchange : IDisposable
{
    // An application that has answered may want the rest of an upload for a moment longer.
    private static readonly TimeSpan UploadGrace = TimeSpan.FromSeconds(5);

    private readonly HttpContext _context;
    private readonly RequestRecord _record;
    private readonly AttemptRecord _attempt;
    private readonly UpstreamPool _pool;
    private readonly ForwardingRules? _rules;
    private readonly SidecarOptions _options;
    private readonly UpstreamOptions _upstream;
    private readonly TimeProvider _time;
    private readonly ForwardingDeadline _deadline;
    private readonly Upgrade? _upgrade;
    private readonly RequestUpload? _upload;
    private UpstreamConnection? _connection;
    private bool _appSpoke;
    private bool _answered;

    /// <summary>Takes a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="pool">The target's connections.</param>
    /// <param name="rules">What policies ask of it, or null.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="time">The clock.</param>
    public Http1Exchange(HttpContext context, AttemptRecord attempt, UpstreamPool pool, ForwardingRules? rules, SidecarOptions options, TimeProvider time)
    {
        (_context, _attempt, _record, _pool, _rules, _options, _time) = (context, attempt, attempt.Request, pool, rules, options, time);
        _upstream = attempt.Target.Cluster.Options;
        _deadline = new ForwardingDeadline(attempt, rules, time);
        _upgrade = Upgrade.Of(context);
        if (_upgrade is null)
            _upload = RequestUpload.Of(context, _record, _upstream, time, _deadline);
    }

    /// <summary>Runs the exchange.</summary>
    /// <returns>What went wrong, or null.</returns>
    public async Task<ForwardingFailure?> RunAsync()
    {
        var aborted = _context.RequestAborted.UnsafeRegister(static exchange => ((Http1Exchange)exchange!).Abort(), this);
        try
        {
            await SendAndReadHeadAsync();
            _attempt.StatusCode = _connection!.Head.StatusCode;
            if (_connection.Head.StatusCode == StatusCodes.Status101SwitchingProtocols)
                await TunnelAsync(_connection);
            else if (HoldsBack(_connection.Head))
                _answered = UnwantedAnswer.TrySkip(_connection, _record.Method);
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
        }
    }

    /// <inheritdoc />
    public void Dispose() => _deadline.Dispose();

    private void Abort()
    {
        _connection?.Abort();
        _deadline.GiveUp();
    }

    private async Task SendAndReadHeadAsync()
    {
        for (var fresh = false; ; fresh = true)
        {
            _connection = await _pool.RentAsync(fresh, _rules?.Connect ?? _upstream.ConnectTimeout, _deadline.Token);
            _record.UpstreamAddress = _connection.Peer;
            try
            {
                _context.RequestAborted.ThrowIfCancellationRequested();
                RequestHeadWriter.Write(_connection, _context, _attempt, _options, _upload, _upgrade);
                if (_upload is not null)
                    _upload.Start(_connection);
                else
                    await _connection.FlushAsync(_deadline.Token);
                _deadline.IsRequestSent |= _upload is null;
                _deadline.Progress();
                await ReadHeadAsync(_connection);
                return;
            }
            catch (IOException) when (!fresh && _connection.IsReused && !_appSpoke && _upload is null && IsIdempotent() && !_context.RequestAborted.IsCancellationRequested)
            {
                // The application closed an idle connection as the request set out on it; RFC 9112, section 9.3.1, allows another try.
                _pool.Discard(_connection);
                _connection = null;
            }
        }
    }

    private bool IsIdempotent() => _record.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" && _upgrade is null;

    private async Task ReadHeadAsync(UpstreamConnection connection)
    {
        while (true)
        {
            if (!ResponseParser.TryParse(connection.Input, connection.Head, out var consumed, out var error))
            {
                if (error is not null)
                    throw new BadAnswerException(ProxyError.HttpProtocolError, error);
                if (connection.Input.Length > _upstream.MaxResponseHeadBytes)
                    throw TooLarge();
                if (await connection.FillAsync(_deadline.Token) == 0)
                    throw connection.Input.IsEmpty ? new IOException("the application closed the connection") : new BadAnswerException(ProxyError.ResponseIncomplete, "the head broke off");
                _appSpoke = true;
                continue;
            }

            if (consumed > _upstream.MaxResponseHeadBytes)
                throw TooLarge();
            connection.Advance(consumed);
            if (connection.Head.StatusCode == StatusCodes.Status100Continue)
                _upload?.Continue(true);
            else if (connection.Head.StatusCode is >= 200 or StatusCodes.Status101SwitchingProtocols)
                break;
        }

        if (connection.Head.StatusCode == StatusCodes.Status101SwitchingProtocols && _upgrade is null)
            throw new BadAnswerException(ProxyError.HttpProtocolError, "it switches protocols unasked");
        _deadline.IsAnswerBegun = true;
        _record.FirstByteTimestamp = _time.GetTimestamp();
        _upload?.Continue(false);
        _deadline.Progress();
    }

    private bool HoldsBack(ResponseHead head) =>
        _rules?.Retries is { } retries && retries.Covers(head.StatusCode) && retries.HoldsBack(_attempt, head.Field(HeaderNames.RetryAfter));

    private BadAnswerException TooLarge() => new(ProxyError.ResponseHeadersTooLarge, $"it is larger than {_upstream.MaxResponseHeadBytes} bytes");

    private async Task AnswerAsync(UpstreamConnection connection)
    {
        if (_upgrade is { IsExtendedConnect: true } && connection.Head.StatusCode == StatusCodes.Status200OK)
            throw new BadAnswerException(ProxyError.HttpProtocolError, "it answers a WebSocket handshake with 200");
        await new ResponseCopy(_context, _record, connection, _deadline).RunAsync(_options.Headers);
        _answered = true;
        if (_upload is not { Completion: { IsCompleted: false } upload })
            return;
        // An early answer reaches the client whole while it still sends.
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
            BadAnswerException bad => new(bad.Error, bad.Message),
            ConnectionLimitException => new(ProxyError.ConnectionLimitReached, exception.Message, IsAppsFault: false),
            OperationCanceledException => new(_deadline.IsAnswerBegun ? ProxyError.ConnectionReadTimeout : ProxyError.ResponseTimeout, null, IsUnsent: _connection is null),
            _ => new(UpstreamFailure.Classify(exception), UpstreamFailure.Describe(exception), IsUnsent: _connection is null),
        };
    }

    private static ForwardingFailure ExplainClient(Exception exception) => exception is BadHttpRequestException bad
        ? new(ProxyError.Refused(bad.StatusCode), bad.Message, IsAppsFault: false)
        : ForwardingFailure.ClientGone;

    private async Task EndAsync()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        if (_answered && !_context.RequestAborted.IsCancellationRequested && _upload is null or { IsComplete: true, Completion.IsCompleted: true } && connection.Head.IsPersistent && connection.Head.Framing(_record.Method) != BodyFraming.UntilClose)
        {
            connection.KeepAliveTimeout = connection.Head.KeepAliveTimeout;
            _pool.Return(connection);
            return;
        }

        if (_upload is { Completion: { IsCompleted: false } upload })
        {
            connection.Abort();
            await _deadline.CancelAsync();
            _context.Request.BodyReader.CancelPendingRead();
            await upload;
        }

        _pool.Discard(connection);
    }
}
