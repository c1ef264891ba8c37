using System.Buffers;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// Brings the access log's lines to a stream without ever making a request wait: lines gather in memory while the stream is busy, and
/// go out in one write when it is not.
/// </summary>
public sealed class AccessLogWriter : IAsyncDisposable
{
    // About 160 000 lines behind a stream that does not move; beyond that, lines are counted as lost rather than eating the memory.
    private const int MaxPendingBytes = 16 * 1024 * 1024;

    private readonly Stream _stream;
    private readonly AccessLogFormatter _formatter = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Task _pump;
    private ArrayBufferWriter<byte> _pending = new(4096);
    private bool _sleeping = true;
    private bool _closed;
    private long _lost;

    /// <summary>Starts writing.</summary>
    /// <param name="stream">Where the lines go; standard output, usually.</param>
    public AccessLogWriter(Stream stream)
    {
        _stream = stream;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>How many lines found no room.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Adds a line.</summary>
    /// <param name="entry">What to write.</param>
    /// <param name="format">How to write it.</param>
    public void Write(AccessLogEntry entry, AccessLogFormat format)
    {
        ArgumentNullException.ThrowIfNull(entry);

        if (format == AccessLogFormat.None)
            return;

        lock (_lock)
        {
            if (_closed || _pending.WrittenCount > MaxPendingBytes)
            {
                _lost++;
                return;
            }

            _formatter.Write(entry, format, _pending);
            if (!_sleeping)
                return;
            _sleeping = false;
        }

        _wake.Release();
    }

    /// <summary>Writes what is left.</summary>
    /// <returns>When all of it is written.</returns>
    public async ValueTask DisposeAsync()
    {
        bool wake;
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            wake = _sleeping;
            _sleeping = false;
        }

        if (wake)
            _wake.Release();
        await _pump;
        _formatter.Dispose();
        _wake.Dispose();
    }

    private async Task PumpAsync()
    {
        var writing = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            await _wake.WaitAsync();
            while (true)
            {
                lock (_lock)
                {
                    if (_pending.WrittenCount == 0)
                    {
                        if (_closed)
                            return;
                        _sleeping = true;
                        break;
                    }

                    (writing, _pending) = (_pending, writing);
                }

                await SendAsync(writing);
                writing.ResetWrittenCount();
            }
        }
    }

    private async Task SendAsync(ArrayBufferWriter<byte> lines)
    {
        try
        {
            await _stream.WriteAsync(lines.WrittenMemory);
            await _stream.FlushAsync();
        }
        catch (IOException)
        {
            // Nobody reads standard output any more; the requests go on.
        }
    }
}
