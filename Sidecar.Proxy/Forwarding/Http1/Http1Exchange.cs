using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>One request on its way to the application and its answer on the way back. Both ways run at once.</summary>
internal sealed class Http1Exchange : IDisposable
{
    // What one write to the application may gather; larger ones save nothing.
    private const int FlushSize = 64 * 1024;

    private readonly HttpContext _context;
    private readonly RequestRecord _record;
    private readonly AttemptRecord _attempt;
    private readonly UpstreamPool _pool;
    private readonly SidecarOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _deadline;
    private readonly bool _hasBody;
    private readonly bool _expectsContinue;
    private readonly long? _contentLength;
    private readonly string? _upgrade;
    private readonly bool _isExtendedConnect;
    private string? _webSocketKey;
    private TaskCompletionSource<bool>? _continue;
    private UpstreamConnection? _connection;
    private Task<Exception?> _upload = Task.FromResult<Exception?>(null);
    private bool _uploadComplete;
    private bool _clientFailed;
    private bool _headReceived;
    private bool _appSpoke;
    private bool _answered;

    /// <summary>Takes a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="pool">The target's connections.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="time">The clock.</param>
    public Http1Exchange(HttpContext context, AttemptRecord attempt, UpstreamPool pool, SidecarOptions options, TimeProvider time)
    {
        (_context, _attempt, _record, _pool, _options, _time) = (context, attempt, attempt.Request, pool, options, time);
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _contentLength = context.Request.ContentLength;
        _hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? _contentLength > 0;
        _isExtendedConnect = context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
        if (_isExtendedConnect)
            (_upgrade, _hasBody) = (context.Features.Get<IHttpExtendedConnectFeature>()!.Protocol, false);
        else if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && context.Request.Headers.Upgrade is { Count: > 0 } upgrade && !AsksForHttp2(upgrade.ToString()))
            (_upgrade, _hasBody) = (upgrade.ToString(), false);
        _expectsContinue = _hasBody && context.Request.Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Runs the exchange.</summary>
    /// <returns>What went wrong, or null.</returns>
    public async Task<ForwardingFailure?> RunAsync()
    {
        using var aborted = _context.RequestAborted.UnsafeRegister(static exchange => ((Http1Exchange)exchange!).Abort(), this);
        try
        {
            await SendAndReadHeadAsync();
            _attempt.StatusCode = _connection!.Head.StatusCode;
            if (_connection.Head.StatusCode == StatusCodes.Status101SwitchingProtocols)
                await TunnelAsync();
            else
                await AnswerAsync();
            return null;
        }
        catch (Exception exception)
        {
            return await ExplainAsync(exception);
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _deadline.Dispose();

    private void Abort()
    {
        _connection?.Abort();
        try
        {
            _deadline.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The exchange ended at this very moment.
        }
    }

    private async Task SendAndReadHeadAsync()
    {
        for (var fresh = false; ; fresh = true)
        {
            _connection = await _pool.RentAsync(fresh, _deadline.Token);
            _record.UpstreamAddress = _connection.Peer;
            try
            {
                _context.RequestAborted.ThrowIfCancellationRequested();
                WriteHead(_connection);
                if (_hasBody)
                    _upload = UploadAsync(_connection);
                else
                    await _connection.FlushAsync(_deadline.Token);
                _uploadComplete |= !_hasBody;
                Progress();
                await ReadHeadAsync(_connection);
                return;
            }
            catch (IOException) when (!fresh && _connection.IsReused && !_appSpoke && !_hasBody && IsIdempotent() && !_context.RequestAborted.IsCancellationRequested)
            {
                // The application closed an idle connection as the request set out on it; RFC 9112, section 9.3.1, allows another try.
                _pool.Discard(_connection);
                _connection = null;
            }
        }
    }

    // A tunnel of HTTP/2 would carry requests past everything that watches this one. A server may ignore it (RFC 9110, section 7.8).
    private static bool AsksForHttp2(string upgrade) => upgrade.Contains("h2", StringComparison.OrdinalIgnoreCase);

    private bool IsIdempotent() => _record.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" && _upgrade is null;

    private void WriteHead(UpstreamConnection connection)
    {
        connection.Write(_isExtendedConnect ? "GET" : _record.Method);
        connection.Write(" "u8);
        connection.Write(_attempt.Target.PathBase);
        connection.Write(_record.Path);
        connection.Write(_record.Query);
        connection.Write(" HTTP/1.1\r\n"u8);
        WriteField(connection, HeaderNames.Host, _options.Headers.PreserveHost && _record.Host.Length > 0 ? _record.Host : _attempt.Target.Authority);
        OutgoingHeaders.Collect(_context, _attempt, _options.Headers, _options.Tracing, connection, WriteField);
        if (_upgrade is not null)
        {
            WriteField(connection, HeaderNames.Connection, HeaderNames.Upgrade);
            WriteField(connection, HeaderNames.Upgrade, _upgrade);
            if (_isExtendedConnect)
                WriteField(connection, HeaderNames.SecWebSocketKey, _webSocketKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)));
        }

        if (_expectsContinue)
            WriteField(connection, HeaderNames.Expect, "100-continue");
        if (_contentLength is { } length)
            WriteField(connection, HeaderNames.ContentLength, length.ToString(CultureInfo.InvariantCulture));
        else if (_hasBody)
            WriteField(connection, HeaderNames.TransferEncoding, "chunked");
        connection.Write("\r\n"u8);
    }

    private static void WriteField(UpstreamConnection connection, string name, string value)
    {
        connection.Write(name);
        connection.Write(": "u8);
        connection.Write(value);
        connection.Write("\r\n"u8);
    }

    private async Task<Exception?> UploadAsync(UpstreamConnection connection)
    {
        try
        {
            if (_expectsContinue && !await MaySendBodyAsync(connection))
                return null;
            await CopyRequestBodyAsync(connection);
            _uploadComplete = true;
            Progress();
            return null;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or BadHttpRequestException)
        {
            // A client that fails takes the application's request with it; an application that stops listening may still answer.
            if (_clientFailed)
                connection.Abort();
            return exception;
        }
    }

    private async Task<bool> MaySendBodyAsync(UpstreamConnection connection)
    {
        _continue ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await connection.FlushAsync(_deadline.Token);
        try
        {
            return await _continue.Task.WaitAsync(_options.Upstream.ContinueTimeout, _time, _deadline.Token);
        }
        catch (TimeoutException)
        {
            // RFC 9110, section 10.1.1: an application that never heard of it must not be waited for.
            return true;
        }
    }

    private async Task CopyRequestBodyAsync(UpstreamConnection connection)
    {
        var body = _context.Request.BodyReader;
        var chunked = _contentLength is null;
        while (true)
        {
            var reading = body.ReadAsync(_deadline.Token);
            if (!reading.IsCompleted)
                await connection.FlushAsync(_deadline.Token);
            ReadResult result;
            try
            {
                result = await reading;
            }
            catch (Exception exception) when (exception is IOException or BadHttpRequestException or OperationCanceledException)
            {
                _clientFailed = !_deadline.IsCancellationRequested;
                throw;
            }

            foreach (var segment in result.Buffer)
            {
                if (segment.IsEmpty)
                    continue;
                _record.BytesReceived += segment.Length;
                if (chunked)
                    WriteChunk(connection, segment.Span);
                else
                    connection.Write(segment.Span);
                if (connection.Pending >= FlushSize)
                    await connection.FlushAsync(_deadline.Token);
            }

            body.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                break;
            await connection.FlushAsync(_deadline.Token);
            Progress();
        }

        if (chunked)
            WriteLastChunk(connection);
        await connection.FlushAsync(_deadline.Token);
    }

    private static void WriteChunk(UpstreamConnection connection, ReadOnlySpan<byte> data)
    {
        Span<byte> size = stackalloc byte[10];
        data.Length.TryFormat(size, out var digits, "x", CultureInfo.InvariantCulture);
        size[digits++] = (byte)'\r';
        size[digits++] = (byte)'\n';
        connection.Write(size[..digits]);
        connection.Write(data);
        connection.Write("\r\n"u8);
    }

    private void WriteLastChunk(UpstreamConnection connection)
    {
        connection.Write("0\r\n"u8);
        if (_context.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } trailers)
        {
            foreach (var (name, values) in trailers.Trailers)
            {
                foreach (var value in values)
                    WriteTrailer(connection, name, value ?? "");
            }
        }

        connection.Write("\r\n"u8);
    }

    private void WriteTrailer(UpstreamConnection connection, string name, string value)
    {
        // HTTP/2 carries names and values that would end the line here.
        if (!HttpGrammar.IsToken(name) || !HttpGrammar.IsFieldValue(value))
        {
            _clientFailed = true;
            throw new BadHttpRequestException("a trailer holds a byte that it must not");
        }

        if (OutgoingHeaders.MayTrail(name))
            WriteField(connection, name, value);
    }

    private async Task ReadHeadAsync(UpstreamConnection connection)
    {
        while (true)
        {
            if (!ResponseParser.TryParse(connection.Input, connection.Head, out var consumed, out var error))
            {
                if (error is not null)
                    throw new BadAnswerException(ProxyError.HttpProtocolError, error);
                if (connection.Input.Length > _options.Upstream.MaxResponseHeadBytes)
                    throw new BadAnswerException(ProxyError.ResponseHeadersTooLarge, $"it is larger than {_options.Upstream.MaxResponseHeadBytes} bytes");
                if (await connection.FillAsync(_deadline.Token) == 0)
                    throw connection.Input.IsEmpty ? new IOException("the application closed the connection") : new BadAnswerException(ProxyError.ResponseIncomplete, "the head broke off");
                _appSpoke = true;
                continue;
            }

            if (consumed > _options.Upstream.MaxResponseHeadBytes)
                throw new BadAnswerException(ProxyError.ResponseHeadersTooLarge, $"it is larger than {_options.Upstream.MaxResponseHeadBytes} bytes");
            connection.Advance(consumed);
            if (connection.Head.StatusCode == StatusCodes.Status100Continue)
                Continue(true);
            else if (connection.Head.StatusCode is >= 200 or StatusCodes.Status101SwitchingProtocols)
                break;
        }

        if (connection.Head.StatusCode == StatusCodes.Status101SwitchingProtocols && _upgrade is null)
            throw new BadAnswerException(ProxyError.HttpProtocolError, "it switches protocols unasked");
        _headReceived = true;
        _record.FirstByteTimestamp = _time.GetTimestamp();
        Continue(false);
        Progress();
    }

    /// <summary>Ends the wait for 100 Continue: with it, the body goes; with a final answer instead, it stays.</summary>
    private void Continue(bool send)
    {
        if (_expectsContinue)
            (_continue ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(send);
    }

    private async Task AnswerAsync()
    {
        var head = _connection!.Head;
        var framing = head.Framing(_record.Method);
        if (_isExtendedConnect && head.StatusCode == StatusCodes.Status200OK)
            throw new BadAnswerException(ProxyError.HttpProtocolError, "it answers a WebSocket handshake with 200");
        var response = _context.Response;
        CopyHead(head, framing);
        var raw = framing == BodyFraming.Chunked && _record.ProtocolVersion == "1.1";
        switch (framing)
        {
            case BodyFraming.Length:
                await CopyLengthAsync(head.ContentLength);
                break;
            case BodyFraming.Chunked:
                await CopyChunkedAsync(raw);
                break;
            case BodyFraming.UntilClose:
                await CopyUntilCloseAsync();
                break;
        }

        // Kestrel flushes an answer that fits into its first write itself, and only that.
        if (response.HasStarted)
            await FlushAsync();
        _answered = true;
        if (!_upload.IsCompleted)
        {
            // An early answer reaches the client whole while it still sends; the application may want the rest for a moment longer.
            await response.CompleteAsync();
            if (head.IsPersistent)
                await Task.WhenAny(_upload, Task.Delay(TimeSpan.FromSeconds(5), _time, _deadline.Token));
        }
    }

    private void CopyHead(ResponseHead head, BodyFraming framing)
    {
        var response = _context.Response;
        response.StatusCode = head.StatusCode;
        if (head.Reason.Length > 0)
            _context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = head.Reason;
        foreach (var (name, value) in head.Fields)
        {
            if (OutgoingHeaders.StaysBehind(name) || head.HasConnectionOption(name))
                continue;
            // 204 and 304 may not carry a length that Kestrel would then insist on.
            if (framing == BodyFraming.None && head.StatusCode is 204 or < 200 && name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
                continue;
            Append(response.Headers, name, value);
        }

        // Written chunk by chunk here, because Kestrel has no trailers in HTTP/1.1.
        if (framing == BodyFraming.Chunked && _record.ProtocolVersion == "1.1")
            response.Headers.TransferEncoding = "chunked";
        ResponseHeaders.Add(response, _record, _options.Headers);
    }

    // ASP.NET Core's own Append leaves empty values out.
    private static void Append(IHeaderDictionary headers, string name, string value) => headers[name] = StringValues.Concat(headers[name], value);

    private async Task CopyLengthAsync(long length)
    {
        var writer = _context.Response.BodyWriter;
        var connection = _connection!;
        while (length > 0)
        {
            if (connection.Input.IsEmpty)
            {
                await FlushAsync();
                await FillBodyAsync(connection);
            }

            var count = (int)Math.Min(length, connection.Input.Length);
            writer.Write(connection.Input[..count]);
            connection.Advance(count);
            length -= count;
            _record.BytesSent += count;
        }
    }

    private async Task CopyUntilCloseAsync()
    {
        var writer = _context.Response.BodyWriter;
        var connection = _connection!;
        do
        {
            _record.BytesSent += connection.Input.Length;
            writer.Write(connection.Input);
            connection.Advance(connection.Input.Length);
            await FlushAsync();
            Progress();
        }
        while (await connection.FillAsync(_deadline.Token) > 0);
    }

    private async Task CopyChunkedAsync(bool raw)
    {
        var connection = _connection!;
        var decoder = default(ChunkedDecoder);
        while (true)
        {
            var result = CopyChunks(connection, ref decoder, raw);
            if (result == ChunkedDecoder.Result.Bad)
                throw new BadAnswerException(ProxyError.HttpProtocolError, "its chunks are not framed as they must be");
            if (result == ChunkedDecoder.Result.Done)
                break;
            await FlushAsync();
            await FillBodyAsync(connection);
        }

        WriteTrailers(decoder.Trailers, raw);
    }

    private ChunkedDecoder.Result CopyChunks(UpstreamConnection connection, ref ChunkedDecoder decoder, bool raw)
    {
        var writer = _context.Response.BodyWriter;
        while (true)
        {
            var result = decoder.Read(connection.Input, out var skip, out var data);
            connection.Advance(skip);
            if (result != ChunkedDecoder.Result.Data)
                return result;
            if (raw)
                WriteChunkHeader(writer, data);
            writer.Write(connection.Input[..data]);
            if (raw)
                writer.Write("\r\n"u8);
            connection.Advance(data);
            _record.BytesSent += data;
        }
    }

    private static void WriteChunkHeader(PipeWriter writer, int length)
    {
        var span = writer.GetSpan(10);
        length.TryFormat(span, out var digits, "x", CultureInfo.InvariantCulture);
        span[digits++] = (byte)'\r';
        span[digits++] = (byte)'\n';
        writer.Advance(digits);
    }

    private void WriteTrailers(ReadOnlySpan<byte> section, bool raw)
    {
        var writer = _context.Response.BodyWriter;
        if (raw)
        {
            writer.Write("0\r\n"u8);
            writer.Write(section);
            writer.Write("\r\n"u8);
            return;
        }

        if (_context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { IsReadOnly: false } trailers)
            return;
        var fields = new FieldReader(section);
        while (fields.Next())
            Append(trailers, Encoding.Latin1.GetString(fields.Name), Encoding.Latin1.GetString(fields.Value));
    }

    private async Task FillBodyAsync(UpstreamConnection connection)
    {
        Progress();
        if (await connection.FillAsync(_deadline.Token) == 0)
            throw new BadAnswerException(ProxyError.ResponseIncomplete, "the body broke off");
    }

    private async ValueTask FlushAsync()
    {
        var flush = _context.Response.BodyWriter.FlushAsync(_context.RequestAborted);
        if (flush.IsCompletedSuccessfully)
        {
            _ = flush.Result;
            return;
        }

        // The application is not slow while the client does not read; Kestrel's data rate watches the client.
        _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        await flush;
        Progress();
    }

    private async Task TunnelAsync()
    {
        var connection = _connection!;
        _record.IsUpgraded = true;
        await using var client = await AcceptUpgradeAsync(connection.Head);
        _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        // The answer may have been followed by the first bytes of the new protocol.
        if (!connection.Input.IsEmpty)
            await ForwardInputAsync();
        var down = DownAsync();
        var up = UpAsync(down);
        await down;
        // The application has said its last; what the client still sends has nobody to read it.
        _deadline.Cancel();
        await up;

        async Task DownAsync()
        {
            while (await connection.FillAsync(_deadline.Token) > 0)
                await ForwardInputAsync();
        }

        async Task ForwardInputAsync()
        {
            var bytes = connection.Input.ToArray();
            connection.Advance(bytes.Length);
            _record.BytesSent += bytes.Length;
            await client.WriteAsync(bytes, _context.RequestAborted);
            await client.FlushAsync(_context.RequestAborted);
        }

        async Task UpAsync(Task appsSide)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
            try
            {
                int count;
                while ((count = await client.ReadAsync(buffer, _deadline.Token)) > 0)
                {
                    _record.BytesReceived += count;
                    await connection.WriteAsync(buffer.AsMemory(0, count), _deadline.Token);
                }

                if (!appsSide.IsCompleted)
                    _record.EndedBy = RequestEnd.Client;
                connection.ShutdownSend();
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

    private async Task<Stream> AcceptUpgradeAsync(ResponseHead head)
    {
        if (_webSocketKey is not null && Field(head, HeaderNames.SecWebSocketAccept) != WebSocketAccept(_webSocketKey))
            throw new BadAnswerException(ProxyError.HttpProtocolError, "Sec-WebSocket-Accept does not fit the key");
        var headers = _context.Response.Headers;
        foreach (var (name, value) in head.Fields)
        {
            if (!OutgoingHeaders.StaysBehind(name) && !(_isExtendedConnect && name.Equals(HeaderNames.SecWebSocketAccept, StringComparison.OrdinalIgnoreCase)))
                Append(headers, name, value);
        }

        ResponseHeaders.Add(_context.Response, _record, _options.Headers);
        if (_isExtendedConnect)
        {
            _context.Response.StatusCode = StatusCodes.Status200OK;
            return await _context.Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync();
        }

        _context.Features.Get<RequestGate>()?.Open();
        headers.Connection = HeaderNames.Upgrade;
        headers.Upgrade = Field(head, HeaderNames.Upgrade) ?? _upgrade;
        return await _context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static string? Field(ResponseHead head, string name) =>
        head.Fields.FirstOrDefault(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    // RFC 6455, section 4.2.2, which asks for SHA-1 and for this text; it proves understanding, not identity.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "Asked for by RFC 6455.")]
    private static string WebSocketAccept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    /// <summary>Something moved; the clock starts again.</summary>
    private void Progress()
    {
        var limit = _uploadComplete && !_headReceived ? _options.Upstream.ResponseTimeout : _options.Upstream.IdleTimeout;
        if (_options.Upstream.TotalTimeout is { } total)
        {
            var left = total - _time.GetElapsedTime(_attempt.Timestamp);
            limit = left < TimeSpan.Zero ? TimeSpan.Zero : left < limit ? left : limit;
        }

        try
        {
            _deadline.CancelAfter(limit);
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private async Task<ForwardingFailure> ExplainAsync(Exception exception)
    {
        if (_context.RequestAborted.IsCancellationRequested)
            return new(ProxyError.ClientDisconnected, null, IsAppsFault: false);
        if (_clientFailed && await _upload is { } clientFailure)
            return ExplainClient(clientFailure);
        return exception switch
        {
            BadAnswerException bad => new(bad.Error, bad.Message),
            ConnectionLimitException => new(ProxyError.ConnectionLimitReached, exception.Message, IsAppsFault: false),
            OperationCanceledException => new(_headReceived ? ProxyError.ConnectionReadTimeout : ProxyError.ResponseTimeout, null),
            _ => new(UpstreamFailure.Classify(exception), UpstreamFailure.Describe(exception)),
        };
    }

    private static ForwardingFailure ExplainClient(Exception exception) => exception is BadHttpRequestException bad
        ? new(ProxyError.Refused(bad.StatusCode), bad.Message, IsAppsFault: false)
        : new(ProxyError.ClientDisconnected, null, IsAppsFault: false);

    private async Task EndAsync()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        var reusable = _answered && _upload.IsCompleted && _uploadComplete
            && connection.Head.IsPersistent && connection.Head.Framing(_record.Method) != BodyFraming.UntilClose;
        if (reusable)
        {
            connection.KeepAliveTimeout = connection.Head.KeepAliveTimeout;
            _pool.Return(connection);
            return;
        }

        if (!_upload.IsCompleted)
        {
            connection.Abort();
            await _deadline.CancelAsync();
            _context.Request.BodyReader.CancelPendingRead();
            await _upload;
        }

        _pool.Discard(connection);
    }
}
