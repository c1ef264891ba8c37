using System.Buffers;
using System.IO.Pipelines;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding.Http1;

namespace Sidecar.Proxy.Listening;

/// <summary>
/// Stands between an HTTP/1 connection and Kestrel and lets one message at a time through, once its head is complete and correct. In
/// place of a refused request Kestrel gets a harmless one that closes the connection; the pipeline answers it with the refusal, in its
/// turn and with everything in the log.
/// </summary>
public sealed class RequestGate : PipeReader, IDuplexPipe, IDisposable
{
    // Neither a chunk's size nor its end nor a trailer: wherever Kestrel is in a body, it answers 400 to this.
    private static readonly byte[] Poison = "\0\0\r\n\r\n"u8.ToArray();

    private static readonly ReadOnlySequence<byte> Harmless = new("GET / HTTP/1.1\r\nHost: refused\r\nConnection: close\r\n\r\n"u8.ToArray());

    private readonly PipeReader _inner;
    private readonly LimitOptions _limits;
    private readonly ITimer _headTimer;
    private readonly RequestHead _head = new();
    private ReadOnlySequence<byte> _exposed;
    private ReadOnlySequence<byte> _substitute;
    private ChunkedDecoder _decoder;
    private Phase _phase = Phase.Head;
    private long _allowed;
    private long _seen;
    private long _examined;
    private long _remaining;
    private bool _headExposed;
    private bool _headTimerRuns;
    private volatile bool _headTimedOut;
    private bool _servesSubstitute;

    /// <summary>Guards a connection.</summary>
    /// <param name="transport">The connection's bytes.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="time">The clock.</param>
    public RequestGate(IDuplexPipe transport, LimitOptions limits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(time);

        _inner = transport.Input;
        Output = transport.Output;
        _limits = limits;
        _headTimer = time.CreateTimer(static gate => ((RequestGate)gate!).OnHeadTimeout(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private enum Phase
    {
        /// <summary>A head is awaited.</summary>
        Head,

        /// <summary>A sized body passes.</summary>
        Length,

        /// <summary>A chunked body passes.</summary>
        Chunked,

        /// <summary>The message has passed; the next one begins when Kestrel has used it up.</summary>
        Complete,

        /// <summary>The connection is upgraded; everything passes.</summary>
        Open,

        /// <summary>Nothing passes any more.</summary>
        Closed,
    }

    /// <inheritdoc />
    public PipeReader Input => this;

    /// <inheritdoc />
    public PipeWriter Output { get; }

    /// <summary>Why the current request is refused, or null.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>The current request's method, as the client sent it.</summary>
    public string Method => _head.Method;

    /// <summary>The current request's target, as the client sent it; empty if it could not be read.</summary>
    public string Target => _head.Target;

    /// <summary>What Connection names beside the usual, or null.</summary>
    public IReadOnlyList<string>? ConnectionOptions => _head.ConnectionOptions;

    /// <summary>The current request became an upgrade: from here on bytes are not HTTP.</summary>
    public void Open() => _phase = Phase.Open;

    /// <inheritdoc />
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_phase == Phase.Closed)
                return Substitute();
            if (_phase == Phase.Open)
                return Expose(await _inner.ReadAsync(cancellationToken));

            var result = await _inner.ReadAsync(cancellationToken);
            if (Pass(ref result))
                return result;
        }
    }

    /// <inheritdoc />
    public override bool TryRead(out ReadResult result)
    {
        if (_phase == Phase.Closed)
        {
            result = Substitute();
            return true;
        }

        if (!_inner.TryRead(out result))
            return false;
        if (_phase != Phase.Open)
            return Pass(ref result);
        result = Expose(result);
        return true;
    }

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_servesSubstitute)
        {
            _substitute = _substitute.Slice(consumed);
            return;
        }

        if (_phase != Phase.Open)
        {
            var count = _exposed.Slice(0, consumed).Length;
            _seen -= count;
            _allowed -= count;
            _examined = _exposed.Slice(consumed, examined).Length;
        }

        _inner.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc />
    public override void CancelPendingRead() => _inner.CancelPendingRead();

    /// <inheritdoc />
    public override void Complete(Exception? exception = null) => _inner.Complete(exception);

    /// <inheritdoc />
    public override ValueTask CompleteAsync(Exception? exception = null) => _inner.CompleteAsync(exception);

    /// <inheritdoc />
    public void Dispose() => _headTimer.Dispose();

    /// <summary>Decides what of a read Kestrel may see; false means that more must come first.</summary>
    private bool Pass(ref ReadResult result)
    {
        var buffer = result.Buffer;
        if (result.IsCanceled)
        {
            if (!_headTimedOut)
            {
                result = Expose(new ReadResult(buffer.Slice(0, _allowed), isCanceled: true, isCompleted: false));
                return true;
            }

            Refusal = new(StatusCodes.Status408RequestTimeout, "the head did not come in time");
        }

        if (_phase == Phase.Complete && _allowed == 0)
            BeginMessage();
        if (Refusal is null)
            Inspect(buffer);
        if (Refusal is not null)
        {
            StopHeadTimer();
            _phase = Phase.Closed;
            _substitute = _headExposed ? new([.. buffer.Slice(0, _allowed).ToArray(), .. Poison]) : Harmless;
            _inner.AdvanceTo(buffer.End);
            result = Substitute();
            return true;
        }

        // Kestrel asking for more than the whole message that it has means that the two disagree about its end: then there is no more.
        var disagrees = _phase == Phase.Complete && _allowed > 0 && _allowed == _examined;
        if (_allowed > _examined || disagrees || result.IsCompleted)
        {
            var isLast = disagrees || (result.IsCompleted && (_phase != Phase.Complete || _allowed == buffer.Length));
            result = Expose(new ReadResult(buffer.Slice(0, _allowed), isCanceled: false, isLast));
            _headExposed |= _allowed > 0;
            return true;
        }

        _inner.AdvanceTo(buffer.Start, buffer.End);
        return false;
    }

    private ReadResult Expose(ReadResult result)
    {
        _exposed = result.Buffer;
        return result;
    }

    private ReadResult Substitute()
    {
        _servesSubstitute = true;
        return new ReadResult(_substitute, isCanceled: false, isCompleted: true);
    }

    private void BeginMessage()
    {
        _phase = Phase.Head;
        _headExposed = false;
    }

    /// <summary>Follows the message as far as it has come.</summary>
    private void Inspect(ReadOnlySequence<byte> buffer)
    {
        if (_phase == Phase.Head && !InspectHead(buffer))
            return;
        if (_phase == Phase.Length)
            InspectLength(buffer.Length - _seen);
        else if (_phase == Phase.Chunked)
            InspectChunks(buffer.Slice(_seen));
    }

    private bool InspectHead(ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsEmpty)
            return false;

        byte[]? rented = null;
        var most = (int)Math.Min(buffer.Length, _limits.MaxRequestHeadBytes + 4);
        ReadOnlySpan<byte> bytes;
        if (buffer.FirstSpan.Length >= most)
        {
            bytes = buffer.FirstSpan[..most];
        }
        else
        {
            rented = ArrayPool<byte>.Shared.Rent(most);
            buffer.Slice(0, most).CopyTo(rented);
            bytes = rented.AsSpan(0, most);
        }

        var complete = InspectHead(bytes);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return complete;
    }

    private bool InspectHead(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            RefusePartialHead(bytes);
            if (Refusal is null && !_headTimerRuns)
            {
                _headTimerRuns = true;
                _headTimer.Change(_limits.HeaderTimeout, Timeout.InfiniteTimeSpan);
            }

            return false;
        }

        StopHeadTimer();
        Refusal = _head.Read(bytes[..(end + 4)], _limits);
        if (Refusal is not null)
            return false;
        _seen = _allowed = end + 4;
        _phase = _head.Framing switch
        {
            BodyFraming.Length => Phase.Length,
            BodyFraming.Chunked => Phase.Chunked,
            _ => Phase.Complete,
        };
        (_remaining, _decoder) = (_head.ContentLength, default);
        return true;
    }

    private void RefusePartialHead(ReadOnlySpan<byte> bytes)
    {
        for (var rest = bytes; ;)
        {
            var feed = rest.IndexOf((byte)'\n');
            if (feed < 0)
                break;
            // The first byte of the rest follows a line feed or nothing; neither makes it a CRLF.
            if (feed == 0 || rest[feed - 1] != '\r')
            {
                Refusal = new(StatusCodes.Status400BadRequest, "a line does not end in CRLF");
                return;
            }

            rest = rest[(feed + 1)..];
        }

        if (bytes.Length > _limits.MaxRequestHeadBytes)
            Refusal = new(StatusCodes.Status431RequestHeaderFieldsTooLarge, "the head is too large");
        else if (bytes.Length > _limits.MaxRequestLineBytes && bytes.IndexOf((byte)'\n') < 0)
            Refusal = new(StatusCodes.Status414UriTooLong, "the request line is too long");
    }

    private void InspectLength(long available)
    {
        var taken = Math.Min(_remaining, available);
        _remaining -= taken;
        _seen = _allowed += taken;
        if (_remaining == 0)
            _phase = Phase.Complete;
    }

    private void InspectChunks(ReadOnlySequence<byte> buffer)
    {
        foreach (var segment in buffer)
        {
            var bytes = segment.Span;
            while (true)
            {
                var result = _decoder.Read(bytes, out var skip, out var data);
                _seen += skip + data;
                _allowed = _seen - _decoder.Held;
                bytes = bytes[(skip + data)..];
                if (result == ChunkedDecoder.Result.Data)
                    continue;
                if (result == ChunkedDecoder.Result.More)
                    break;
                if (result == ChunkedDecoder.Result.Done)
                    _phase = Phase.Complete;
                else
                    Refusal = new(StatusCodes.Status400BadRequest, "a chunk is not framed as it must be");
                return;
            }
        }
    }

    private void StopHeadTimer()
    {
        if (!_headTimerRuns)
            return;
        _headTimerRuns = false;
        _headTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnHeadTimeout()
    {
        _headTimedOut = true;
        _inner.CancelPendingRead();
    }
}
