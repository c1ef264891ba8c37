using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Configuration;

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
    private readonly ResponseGate _output;
    private readonly ClientPresence _presence;
    private readonly TimeSpan _headerTimeout;
    private readonly ITimer _headTimer;
    private readonly RequestInspector _inspector;
    private ReadOnlySequence<byte> _exposed;
    private ReadOnlySequence<byte> _substitute;
    private Phase _phase = Phase.Messages;
    private long _examined;
    private bool _headExposed;
    private bool _headTimerRuns;
    private volatile bool _headTimedOut;
    private bool _servesSubstitute;

    /// <summary>Guards a connection: from now on its transport is this.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="presence">Whether the client is there.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="time">The clock.</param>
    internal RequestGate(ConnectionContext connection, ClientPresence presence, LimitOptions limits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(time);

        _presence = presence;
        _inner = connection.Transport.Input;
        _output = new ResponseGate(connection.Transport.Output, _presence);
        connection.Transport = this;
        connection.Features.Set(this);
        _headerTimeout = limits.HeaderTimeout;
        _inspector = new RequestInspector(limits);
        _headTimer = time.CreateTimer(static gate => ((RequestGate)gate!).OnHeadTimeout(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private enum Phase
    {
        /// <summary>One message after the other passes.</summary>
        Messages,

        /// <summary>The connection is upgraded; everything passes.</summary>
        Open,

        /// <summary>Nothing passes any more.</summary>
        Closed,
    }

    /// <inheritdoc />
    public PipeReader Input => this;

    /// <inheritdoc />
    public PipeWriter Output => _output;

    /// <summary>Why the current request is refused, or null.</summary>
    public Refusal? Refusal => _inspector.Refusal;

    /// <summary>The current request's method, as the client sent it.</summary>
    public string Method => _inspector.Head.Method;

    /// <summary>The current request's target, as the client sent it; empty if it could not be read.</summary>
    public string Target => _inspector.Head.Target;

    /// <summary>What Connection names beside the usual, or null.</summary>
    public IReadOnlyList<string>? ConnectionOptions => _inspector.Head.ConnectionOptions;

    /// <summary>Has the headers of the current request's answer spelt as the application spells them, where Kestrel knows another spelling.</summary>
    /// <param name="fields">The application's headers, or null for Kestrel's spelling.</param>
    public void Spell(IReadOnlyList<KeyValuePair<string, string>>? fields) => _output.Spell(fields);

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
            _inspector.Consume(_exposed.Slice(0, consumed).Length);
            _examined = _exposed.Slice(consumed, examined).Length;
        }

        _presence.Received();
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
                result = Expose(new ReadResult(buffer.Slice(0, _inspector.Allowed), isCanceled: true, isCompleted: false));
                return true;
            }

            _inspector.Refuse(new(StatusCodes.Status408RequestTimeout, "the head did not come in time"));
        }

        if (_inspector.IsComplete && _inspector.Allowed == 0)
            BeginMessage();
        if (Refusal is null)
            _inspector.Inspect(buffer);
        TimeHead(isAwaited: Refusal is null && _inspector.IsHeadAwaited && !buffer.IsEmpty);
        if (result.IsCompleted && _inspector.IsBodyAwaited && Refusal is null)
        {
            _presence.Leave();
            _inner.AdvanceTo(buffer.End);
            throw new ConnectionResetException("the client closed the connection in the middle of a request");
        }

        var allowed = _inspector.Allowed;
        if (Refusal is not null)
        {
            _phase = Phase.Closed;
            _substitute = _headExposed ? new([.. buffer.Slice(0, allowed).ToArray(), .. Poison]) : Harmless;
            _inner.AdvanceTo(buffer.End);
            result = Substitute();
            return true;
        }

        // Kestrel asking for more than the whole message that it has means that the two disagree about its end: then there is no more.
        var disagrees = _inspector.IsComplete && allowed > 0 && allowed == _examined;
        if (allowed > _examined || disagrees || result.IsCompleted)
        {
            // Kestrel takes the end of the input for the end of the client, even behind a whole message: it learns of it when it asks for the next one.
            var isLast = disagrees || (result.IsCompleted && allowed == 0);
            result = Expose(new ReadResult(buffer.Slice(0, allowed), isCanceled: false, isLast));
            _headExposed |= allowed > 0;
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
        _inspector.BeginMessage();
        _headExposed = false;
    }

    private void TimeHead(bool isAwaited)
    {
        if (isAwaited == _headTimerRuns)
            return;
        _headTimerRuns = isAwaited;
        _headTimer.Change(isAwaited ? _headerTimeout : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnHeadTimeout()
    {
        _headTimedOut = true;
        _inner.CancelPendingRead();
    }
}
