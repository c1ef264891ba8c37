using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Server;

/// <summary>The body of an HTTP/1.x request, as the client sends it, and how long it may take to.</summary>
/// <param name="connection">The client's connection.</param>
/// <param name="presence">Whether the client is there.</param>
/// <param name="response">The response, which 100 (Continue) goes ahead of.</param>
/// <param name="limits">What the client may do.</param>
/// <param name="time">The clock.</param>
internal sealed class Http1RequestBody(ConnectionContext connection, ClientPresence presence, Http1Response response, LimitOptions limits, TimeProvider time) : AsyncStream(Null)
{
    private const string BadChunk = "a chunk is not framed as it must be";

    // More than this costs more than a new connection.
    private const long MaxSkipped = 16 * 1024 * 1024;

    private static readonly TimeSpan SkipLimit = TimeSpan.FromSeconds(5);

    private readonly Deadline _deadline = new(time);
    private ChunkedDecoder _decoder;
    private BodyFraming _framing;
    private long _missing;
    private long _received;
    private TimeSpan _waited;
    private BadHttpRequestException? _failure;
    private bool _awaitsContinue;
    private bool _isLimited;
    private volatile bool _isSlow;
    private volatile bool _isStopped;

    /// <summary>What came behind the body, or null before it has.</summary>
    public IHeaderDictionary? Trailers { get; private set; }

    /// <summary>Whether nothing more belongs to it.</summary>
    public bool IsOver => _framing == BodyFraming.None;

    /// <summary>Whether what follows on the connection cannot be told from the rest of the body: it came wrong, too slowly, or only if it had been asked for.</summary>
    public bool EndsConnection => !IsOver && (_awaitsContinue || _failure is not null);

    private PipeReader Input => connection.Transport.Input;

    /// <summary>A request begins.</summary>
    /// <param name="head">Its head.</param>
    /// <param name="isKnown">Whether the head says how the body ends.</param>
    public void Begin(RequestHead head, bool isKnown)
    {
        _framing = isKnown ? head.Framing : BodyFraming.None;
        (_missing, _received, _waited, _failure, _isSlow, _isStopped, _isLimited) = (head.ContentLength ?? 0, 0, TimeSpan.Zero, null, false, false, true);
        _awaitsContinue = isKnown && head.ExpectsContinue;
        _decoder = default;
        Trailers = null;
    }

    /// <summary>Looks at what has come with the head.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public Rejection? Inspect()
    {
        if (_framing != BodyFraming.Chunked || !Input.TryRead(out var read))
            return null;
        var decoder = default(ChunkedDecoder);
        var result = ChunkedDecoder.Result.More;
        foreach (var segment in read.Buffer)
        {
            for (var rest = segment.Span; !rest.IsEmpty && result is not (ChunkedDecoder.Result.Bad or ChunkedDecoder.Result.Done);)
            {
                result = decoder.Read(rest, out var skip, out var data);
                rest = rest[(skip + data)..];
            }
        }

        Input.AdvanceTo(read.Buffer.Start);
        return result == ChunkedDecoder.Result.Bad ? Rejection.Bad(BadChunk) : null;
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_failure is { } failure)
            throw failure;
        if (IsOver)
            return 0;
        if (_awaitsContinue)
        {
            _awaitsContinue = false;
            await response.ContinueAsync();
        }

        while (true)
        {
            if (!Input.TryRead(out var read))
                read = await WaitAsync(cancellationToken);
            // Whoever reads into nothing waits for data.
            if (buffer.IsEmpty && !read.Buffer.IsEmpty)
            {
                Input.AdvanceTo(read.Buffer.Start);
                return 0;
            }

            var count = Take(read, buffer.Span);
            if (count > 0 || IsOver || _isStopped)
                return count;
        }
    }

    /// <summary>Leaves behind what nobody wants: a client that still sends would not read its response, nor would its next request be found.</summary>
    /// <returns>Whether the body has come to its end.</returns>
    public ValueTask<bool> SkipAsync() => IsOver ? new(true) : EndsConnection ? new(false) : SkipRestAsync();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _deadline.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<bool> SkipRestAsync()
    {
        _isLimited = false;
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        _deadline.Start(SkipLimit, static body => ((Http1RequestBody)body).OnSkipped(), this);
        try
        {
            for (var last = _received + MaxSkipped; !IsOver && !_isStopped && _received < last;)
                _ = await ReadAsync(buffer);
        }
        catch (Exception exception) when (exception is IOException or BadHttpRequestException or OperationCanceledException)
        {
            // The client is gone, or what it sends is not what it said.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _deadline.Stop();
        }

        return IsOver;
    }

    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        if (!_isLimited || limits.MinRequestBytesPerSecond == 0)
            return await Input.ReadAsync(cancellationToken);
        var began = time.GetTimestamp();
        _deadline.Start(Allowed(), static body => ((Http1RequestBody)body).OnSlow(), this);
        try
        {
            return await Input.ReadAsync(cancellationToken);
        }
        finally
        {
            _deadline.Stop();
            _waited += time.GetElapsedTime(began);
        }
    }

    /// <summary>Takes of a read what belongs to the body and has room.</summary>
    private int Take(ReadResult read, Span<byte> destination)
    {
        var rest = read.Buffer;
        var count = 0;
        if (_isSlow)
            throw Fail(rest, StatusCodes.Status408RequestTimeout, "the body came too slowly");
        while (!rest.IsEmpty && !IsOver && count < destination.Length)
        {
            if (_framing == BodyFraming.Chunked && _missing == 0)
            {
                var result = _decoder.Read(rest.FirstSpan, out var skip, out var data);
                rest = rest.Slice(skip);
                _missing = data;
                if (result == ChunkedDecoder.Result.Bad)
                    throw Fail(rest, StatusCodes.Status400BadRequest, BadChunk);
                if (result == ChunkedDecoder.Result.Done)
                    End();
                continue;
            }

            var part = (int)Math.Min(Math.Min(_missing, rest.FirstSpan.Length), destination.Length - count);
            rest.FirstSpan[..part].CopyTo(destination[count..]);
            rest = rest.Slice(part);
            count += part;
            _received += part;
            _missing -= part;
            if (_received > limits.MaxRequestBodyBytes)
                throw Fail(rest, StatusCodes.Status413PayloadTooLarge, "the body is too large");
            if (_framing == BodyFraming.Length && _missing == 0)
                End();
        }

        Input.AdvanceTo(rest.Start, count > 0 || IsOver || destination.IsEmpty ? rest.Start : rest.End);
        presence.Received();
        if (read.IsCompleted && count == 0 && !IsOver)
        {
            presence.Leave();
            throw new ConnectionResetException("the client closed the connection in the middle of a request");
        }

        return count;
    }

    private void End()
    {
        var trailers = new FieldTable();
        var fields = new FieldReader(_framing == BodyFraming.Chunked ? _decoder.Trailers : default);
        while (fields.Next())
            trailers.Add(Encoding.ASCII.GetString(fields.Name), Encoding.Latin1.GetString(fields.Value));
        Trailers = new HeaderView(trailers);
        _framing = BodyFraming.None;
    }

    private BadHttpRequestException Fail(ReadOnlySequence<byte> rest, int statusCode, string reason)
    {
        Input.AdvanceTo(rest.End);
        return _failure = new BadHttpRequestException(reason, statusCode);
    }

    /// <summary>How long the client may keep the body waiting. Only waiting counts: the application may take its time.</summary>
    private TimeSpan Allowed()
    {
        var left = TimeSpan.FromSeconds((double)_received / limits.MinRequestBytesPerSecond) - _waited;
        return left > limits.BodyTimeout ? left : limits.BodyTimeout;
    }

    private void OnSlow()
    {
        _isSlow = true;
        Input.CancelPendingRead();
    }

    private void OnSkipped()
    {
        _isStopped = true;
        Input.CancelPendingRead();
    }
}
