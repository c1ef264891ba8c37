using System.Collections.Concurrent;

namespace Sidecar.Proxy.Transport;

/// <summary>Event loops, as many as the process may use processors. What belongs to a connection that has no loop yet goes to one after the other.</summary>
internal sealed class EventLoops
{
    private static readonly ConcurrentDictionary<int, Lazy<EventLoops>> s_started = new();

    private readonly EventLoop[] _loops;
    private uint _next;

    private EventLoops(int count) => _loops = [.. Enumerable.Range(0, count).Select(static index => new EventLoop($"loop {index}"))];

    /// <summary>The process's loops, which last as long as it does, as the threads of .NET's sockets.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The loops.</returns>
    public static EventLoops Of(int count) => s_started.GetOrAdd(count, static count => new(() => new EventLoops(count))).Value;

    /// <summary>The next one in turn.</summary>
    public EventLoop Next() => _loops[(Interlocked.Increment(ref _next) - 1) % (uint)_loops.Length];
}
