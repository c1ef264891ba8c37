using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Forwarding.Http1;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Direct;

/// <summary>The client's side of its connection: the current answer on its way to it, and how long it may take to read it.</summary>
/// <param name="connection">The connection.</param>
/// <param name="presence">Whether the client is there.</param>
/// <param name="upstream">The application's side.</param>
/// <param name="answer">What has read the answer's head.</param>
/// <param name="date">The Date header for applications that send none.</param>
/// <param name="limits">What is allowed.</param>
/// <param name="clock">The connection's timer, which watches the application.</param>
/// <param name="time">The clock.</param>
internal sealed class DirectClient(
    ConnectionContext connection, ClientPresence presence, DirectUpstream upstream, DirectAnswer answer, DateLine date, LimitOptions limits, DirectClock clock, TimeProvider time) : IBodySink, IDisposable
{
    private readonly PipeWriter _output = connection.Transport.Output;
    private RequestRecord _record = null!;
    private UpstreamConnection _source = null!;
    private DirectClock? _readingClock;
    private BodyFraming _framing;
    private bool _closes;
    private int _headPosition;
    private int _headLength;

    /// <summary>Whether the connection ends with the next answer.</summary>
    public bool IsLast { get; set; }

    /// <summary>Whether it ends with this one.</summary>
    public bool Closes => IsLast || _closes;

    /// <summary>Whether the head of an answer has been written.</summary>
    public bool HasHead { get; private set; }

    /// <summary>The client. The head goes first, and not before something follows: until then a bad answer can still become a good 502.</summary>
    public PipeWriter Writer
    {
        get
        {
            if (!HasHead)
                WriteHead();
            return _output;
        }
    }

    /// <summary>A request begins.</summary>
    /// <param name="record">Its telemetry.</param>
    /// <param name="closes">Whether the client wants the connection closed afterwards.</param>
    public void Begin(RequestRecord record, bool closes) => (_record, _closes, HasHead) = (record, closes, false);

    /// <summary>The application's answer begins.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="headLength">How long its head is, which is left behind here.</param>
    /// <param name="framing">How its body ends.</param>
    public void Answer(UpstreamConnection source, int headLength, BodyFraming framing)
    {
        (_source, _headPosition, _headLength, _framing) = (source, source.Position, headLength, framing);
        source.Advance(headLength);
    }

    /// <summary>Writes the sidecar's own answer.</summary>
    /// <param name="error">What happened.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="closes">Whether the connection ends with it.</param>
    public void Answer(ProxyError error, string method, bool closes)
    {
        HasHead = true;
        _closes |= closes;
        DirectProblem.Write(_output, error, _record, date.At(_record.Time), method, Closes);
    }

    /// <summary>Breaks the connection off: what was sent must not pass for the whole answer.</summary>
    public void BreakOff() => connection.Abort(new ConnectionAbortedException("The answer broke off."));

    /// <inheritdoc />
    public ValueTask<int> FillAsync(UpstreamConnection connection)
    {
        upstream.Progress();
        return connection.FillAsync(CancellationToken.None);
    }

    /// <inheritdoc />
    public ValueTask FlushAsync()
    {
        var written = Writer.UnflushedBytes;
        presence.Sending();
        var flush = _output.FlushAsync();
        if (!flush.IsCompleted)
            return WaitAsync(flush, written);
        presence.Sent();
        if (flush.Result.IsCompleted)
            upstream.Leave();
        return default;
    }

    /// <inheritdoc />
    public void AddTrailers(ReadOnlySpan<byte> section)
    {
        // All that has trailers is framed in chunks here.
    }

    /// <inheritdoc />
    public void Dispose() => _readingClock?.Dispose();

    private void WriteHead()
    {
        HasHead = true;
        answer.Write(_output, _source.LeftBehind(_headPosition, _headLength), _source.Head, _framing, date.At(_record.Time), _record.RequestId, Closes);
    }

    private async ValueTask WaitAsync(ValueTask<FlushResult> flush, long written)
    {
        // The application is not slow while the client does not read. What else the client sends in the meantime may start its time again.
        clock.Stop();
        if (limits.MinResponseBytesPerSecond > 0)
        {
            var allowed = TimeSpan.FromSeconds(Math.Max(LimitOptions.RateGrace.TotalSeconds, (double)written / limits.MinResponseBytesPerSecond));
            (_readingClock ??= new DirectClock(time)).Start(allowed, static client => ((DirectClient)client).OnSlow(), this);
        }

        var result = await flush;
        _readingClock?.Stop();
        presence.Sent();
        if (result.IsCompleted)
            upstream.Leave();
        if (upstream.Connection is not null)
            upstream.Progress();
    }

    private void OnSlow() => connection.Abort(new ConnectionAbortedException("The client did not read its answer."));
}
