using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The console output of one resource: the last lines, and whoever follows.</summary>
internal sealed class ResourceLog
{
    /// <summary>How many lines are kept; the dashboard shows as many.</summary>
    public const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _backlog = new();
    private readonly List<ChannelWriter<LogLine>> _watchers = [];
    private int _lastNumber;
    private bool _complete;

    public void Append(string content, bool isError)
    {
        lock (_lock)
        {
            var line = new LogLine(++_lastNumber, content, isError);
            if (_backlog.Count == Capacity)
            {
                _backlog.Dequeue();
            }

            _backlog.Enqueue(line);
            foreach (var watcher in _watchers)
            {
                watcher.TryWrite(line);
            }
        }
    }

    public LogLine[] Backlog()
    {
        lock (_lock)
        {
            return [.. _backlog];
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _backlog.Clear();
            _lastNumber = 0;
        }
    }

    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            _watchers.ForEach(watcher => watcher.TryComplete());
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<LogLine>(new() { SingleReader = true });
        LogLine[] backlog;
        lock (_lock)
        {
            backlog = [.. _backlog];
            _watchers.Add(channel.Writer);
            if (_complete)
            {
                channel.Writer.TryComplete();
            }
        }

        try
        {
            if (backlog.Length > 0)
            {
                yield return backlog;
            }

            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var batch = new List<LogLine>();
                while (channel.Reader.TryRead(out var line))
                {
                    batch.Add(line);
                }

                yield return batch;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel.Writer);
            }
        }
    }
}
