using System.Diagnostics;
using System.IO.Pipelines;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// Brings lines to standard output without ever making a request wait: they gather in pooled buffers while the stream is busy, and go
/// out together when it is not. When too many wait, further ones are dropped and counted. Everything that is printed goes through
/// here, so that no line is torn by another.
/// </summary>
public sealed class StandardOutput : IAsyncDisposable
{
    private const int SegmentBytes = 64 * 1024;

    // After a write, lines gather for this long: under load it saves a write and a wake-up for each request.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    // A standard output that nobody reads must not keep the process from ending.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Stream _stream;
    private readonly int _maxPendingBytes;
    private readonly TextWriter _error;
    private readonly Lock _lock = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
    private readonly SemaphoreSlim _hurry = new(0, 1);
    private readonly Task _pump;
    private int _pending;
    private bool _closed;
    private long _dropped;
    private bool _hasFailed;

    /// <summary>Starts writing.</summary>
    /// <param name="stream">Where the lines go.</param>
    /// <param name="maxPendingBytes">How much may wait for the stream.</param>
    /// <param name="error">Where it says, once, that the stream cannot be written. Default: nowhere.</param>
    public StandardOutput(Stream stream, int maxPendingBytes = 16 * 1024 * 1024, TextWriter? error = null)
    {
        (_stream, _maxPendingBytes, _error) = (stream, maxPendingBytes, error ?? TextWriter.Null);
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>How many lines found no room, or could not be written.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Adds a line; never waits.</summary>
    /// <param name="line">UTF-8, the line feed included.</param>
    /// <param name="isUrgent">Whether it goes out at once. For what is rare and has an order with what others print.</param>
    public void Write(ReadOnlySpan<byte> line, bool isUrgent = false)
    {
        lock (_lock)
        {
            if (_closed || _pending + line.Length > _maxPendingBytes)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            _pending += line.Length;
            // In one piece: what shares standard output with the sidecar must not tear it.
            line.CopyTo(_pipe.Writer.GetSpan(line.Length));
            _pipe.Writer.Advance(line.Length);
            // Without a threshold it never waits for the reader.
            var flush = _pipe.Writer.FlushAsync();
            Debug.Assert(flush.IsCompletedSuccessfully);
            if (isUrgent)
                Hurry();
        }
    }

    /// <summary>Writes what is left.</summary>
    /// <returns>When all of it is written, or the stream has not moved for five seconds.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            _pipe.Writer.Complete();
            Hurry();
        }

        try
        {
            await _pump.WaitAsync(Patience);
            _hurry.Dispose();
        }
        catch (TimeoutException)
        {
        }
    }

    private async Task PumpAsync()
    {
        while (true)
        {
            var lines = await _pipe.Reader.ReadAsync();
            foreach (var segment in lines.Buffer)
            {
                await SendAsync(segment);
                lock (_lock)
                    _pending -= segment.Length;
            }

            _pipe.Reader.AdvanceTo(lines.Buffer.End);
            if (lines.IsCompleted)
                return;
            await _hurry.WaitAsync(Gathering);
        }
    }

    private void Hurry()
    {
        if (_hurry.CurrentCount == 0)
            _hurry.Release();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> lines)
    {
        try
        {
            await _stream.WriteAsync(lines);
            await _stream.FlushAsync();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Nobody reads standard output any more, or the disk is full; the requests go on.
            Interlocked.Add(ref _dropped, lines.Span.Count((byte)'\n'));
            if (!_hasFailed)
                await ReportAsync(exception.Message);
            _hasFailed = true;
        }
    }

    private async Task ReportAsync(string reason)
    {
        try
        {
            await _error.WriteLineAsync($"Log lines are lost, standard output cannot be written: {reason} (the metric sidecar.log.dropped counts them)");
            await _error.FlushAsync();
        }
        catch (IOException)
        {
            // Nor can standard error.
        }
    }
}
