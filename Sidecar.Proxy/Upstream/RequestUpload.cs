using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Upstream;

/// <summary>A request's body on its way to the application, while the response may already come back.</summary>
internal sealed class RequestUpload : IDisposable
{
    // What one write to the application may gather; larger ones save nothing.
    private const int FlushSize = 64 * 1024;

    private const int ReadSize = 16 * 1024;

    private readonly HttpContext _context;
    private readonly RequestRecord _record;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ForwardingDeadline _deadline;
    private readonly TaskCompletionSource<bool>? _continue;
    private readonly CancellationTokenSource _stop = new();

    private RequestUpload(HttpContext context, RequestRecord record, UpstreamOptions options, TimeProvider time, ForwardingDeadline deadline)
    {
        (_context, _record, _options, _time, _deadline) = (context, record, options, time, deadline);
        if (context.Features.Get<Http1Request>()?.Head.ExpectsContinue ?? context.Request.Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase))
            _continue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Whether the client waits for 100 Continue before it sends the body.</summary>
    public bool ExpectsContinue => _continue is not null;

    /// <summary>Completes at the end of the body with null, or with what broke it off.</summary>
    public Task<Exception?> Completion { get; private set; } = Task.FromResult<Exception?>(null);

    /// <summary>Whether all of the body has gone to the application.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether it was the client who broke it off.</summary>
    public bool ClientFailed { get; private set; }

    /// <summary>Takes a request's body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">Its telemetry.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="deadline">How long the attempt may take.</param>
    /// <returns>The body, or null when there is none.</returns>
    public static RequestUpload? Of(HttpContext context, RequestRecord record, UpstreamOptions options, TimeProvider time, ForwardingDeadline deadline)
    {
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? context.Request.ContentLength > 0;
        return hasBody ? new(context, record, options, time, deadline) : null;
    }

    /// <summary>Ends the wait for more of the body.</summary>
    /// <returns>When nothing of it is on its way any more.</returns>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Completion;
    }

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();

    /// <summary>Sends what has been written so far, then the body.</summary>
    /// <param name="connection">Where to.</param>
    public void Start(UpstreamConnection connection) => Completion = RunAsync(connection);

    /// <summary>Ends the wait for 100 Continue: with it, the body goes; with a final response instead, it stays.</summary>
    /// <param name="send">Whether the body goes.</param>
    public void Continue(bool send) => _continue?.TrySetResult(send);

    private async Task<Exception?> RunAsync(UpstreamConnection connection)
    {
        try
        {
            if (_continue is not null && !await MaySendAsync(connection, _continue.Task))
                return null;
            await CopyAsync(connection);
            _deadline.IsRequestSent = IsComplete = true;
            _deadline.Progress();
            return null;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or BadHttpRequestException)
        {
            // A client that fails takes the application's request with it; an application that stops listening may still answer.
            if (ClientFailed)
                connection.Abort();
            return exception;
        }
    }

    private async Task<bool> MaySendAsync(UpstreamConnection connection, Task<bool> answer)
    {
        await connection.FlushAsync();
        // A client that has no more to say is asked for nothing.
        using var ended = _context.Features.Get<Http1Request>()?.ClientEnded.UnsafeRegister(static upload => ((RequestUpload)upload!).Continue(true), this);
        try
        {
            return await answer.WaitAsync(_options.ContinueTimeout, _time, _deadline.Token);
        }
        catch (TimeoutException)
        {
            // RFC 9110, section 10.1.1: an application that never heard of it must not be waited for.
            return true;
        }
    }

    private async Task CopyAsync(UpstreamConnection connection)
    {
        var isChunked = _context.Request.ContentLength is null;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (await ReadAsync(connection, buffer) is > 0 and var count)
            {
                _record.BytesReceived += count;
                if (isChunked)
                    WriteChunk(connection, buffer.AsSpan(0, count));
                else
                    connection.Write(buffer.AsSpan(0, count));
                if (connection.Pending >= FlushSize)
                    await connection.FlushAsync();
                _deadline.Progress();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (isChunked)
            WriteLastChunk(connection);
        await connection.FlushAsync();
    }

    private async ValueTask<int> ReadAsync(UpstreamConnection connection, byte[] buffer)
    {
        var reading = _context.Request.Body.ReadAsync(buffer, _stop.Token);
        // What the next read does not wait for goes along in the same write.
        if (!reading.IsCompleted)
        {
            try
            {
                await connection.FlushAsync();
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The buffer is the read's until it is over.
                await _stop.CancelAsync();
                await reading.AsTask().ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                throw;
            }
        }

        try
        {
            return await reading;
        }
        catch (Exception exception) when (exception is IOException or BadHttpRequestException or OperationCanceledException)
        {
            ClientFailed = !_stop.IsCancellationRequested && !_deadline.IsOver;
            throw;
        }
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
            ClientFailed = true;
            throw new BadHttpRequestException("a trailer holds a byte that it must not");
        }

        if (HeaderRoles.Of(name).PassesInTrailers() && _record.ConnectionOptions?.Contains(name, StringComparer.OrdinalIgnoreCase) != true && _context.Features.Get<OwnedHeaders>()?.Contains(name) != true && _record.Edits?.Request?.Drops(name) != true)
            RequestHeadWriter.WriteField(connection, name, value);
    }
}
