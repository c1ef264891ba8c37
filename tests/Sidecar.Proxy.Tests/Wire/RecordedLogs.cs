using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Observability.Otlp;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Keeps what is logged, with the trace it belongs to: from loggers, and the access log as encoded for a collector.</summary>
internal sealed class RecordedLogs : ILoggerProvider, IOtlpSink
{
    private readonly Channel<Record> _records = Channel.CreateUnbounded<Record>();

    /// <summary>What must not be logged, and was.</summary>
    public Blame Blame { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _records.Writer, Blame);

    /// <summary>Takes a record of the access log.</summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        var fields = new OtlpFields(record);
        var (trace, span) = (fields.Bytes(9), fields.Bytes(10));
        _records.Writer.TryWrite(new(
            AccessLog.Category, Enum.Parse<LogLevel>(fields.Text(3)), fields.Message(5).Text(1), fields.Attributes(6), null,
            trace.Length == 0 ? default : ActivityTraceId.CreateFromBytes(trace), span.Length == 0 ? default : ActivitySpanId.CreateFromBytes(span)));
    }

    /// <summary>The next record of a category.</summary>
    public async Task<Record> NextAsync(string category)
    {
        while (true)
        {
            var record = await _records.Reader.ReadAsync(Patience.Token());
            if (record.Category == category)
                return record;
        }
    }

    /// <summary>Everything until each of the categories has had a record.</summary>
    public async Task<IReadOnlyList<Record>> UntilAsync(params string[] categories)
    {
        var all = new List<Record>();
        while (!categories.All(category => all.Any(record => record.Category == category)))
            all.Add(await _records.Reader.ReadAsync(Patience.Token()));
        return all;
    }

    /// <summary>Everything not read yet.</summary>
    public IReadOnlyList<Record> Drain()
    {
        var all = new List<Record>();
        while (_records.Reader.TryRead(out var record))
            all.Add(record);
        return all;
    }

    public void Dispose()
    {
    }

    internal sealed record Record(string Category, LogLevel Level, string Message, IReadOnlyDictionary<string, object?> Attributes, Exception? Exception, ActivityTraceId Trace, ActivitySpanId Span);

    private sealed class Logger(string category, ChannelWriter<Record> records, Blame blame) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var attributes = state is IReadOnlyList<KeyValuePair<string, object?>> pairs ? pairs.ToDictionary(pair => pair.Key, pair => pair.Value) : [];
            blame.See(category, logLevel, eventId, formatter(state, exception), exception);
            records.TryWrite(new(category, logLevel, formatter(state, exception), attributes, exception, Activity.Current?.TraceId ?? default, Activity.Current?.SpanId ?? default));
        }
    }
}
