namespace Sidecar.Proxy.Server.Resources;

/// <summary>
/// Follows how much of the memory that the process may use is in use after each garbage collection. Above 70 % nothing new is taken on; above
/// 85 % connections are given up. What clients can make the sidecar hold therefore never ends it.
/// </summary>
internal sealed partial class MemoryPressure : IDisposable
{
    private const double TightShare = 0.7;
    private const double CriticalShare = 0.85;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Lock _checking = new();
    private readonly Func<(long Used, long Available)> _measure;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private TaskCompletionSource _relief = Free();
    private volatile bool _isTight;
    private volatile bool _isDisposed;
    private int _isReacting;
    private long _checkFrom;

    /// <summary>Begins to follow it.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where a change is logged.</param>
    public MemoryPressure(TimeProvider time, ILogger<MemoryPressure> logger)
        : this(Measure, time, logger)
    {
    }

    /// <summary>Begins to follow another measure.</summary>
    /// <param name="measure">How much is in use, and of how much.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where a change is logged.</param>
    internal MemoryPressure(Func<(long Used, long Available)> measure, TimeProvider time, ILogger<MemoryPressure> logger)
    {
        (_measure, _logger) = (measure, logger);
        _checkFrom = (long)(measure().Available * TightShare);
        _timer = time.CreateTimer(static pressure => ((MemoryPressure)pressure!).Collect(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = new Sentinel(this);
    }

    /// <summary>Happens when nothing new may be taken on, and when it may again.</summary>
    public event Action? Changed;

    /// <summary>Happens again and again while connections have to be given up.</summary>
    public event Action? Critical;

    /// <summary>Whether nothing new may be taken on.</summary>
    public bool IsTight => _isTight;

    /// <summary>Completes when something may be taken on again.</summary>
    public Task Relief
    {
        get
        {
            lock (_lock)
                return _relief.Task;
        }
    }

    /// <summary>How much memory the process may use, in bytes: the container's limit less what .NET keeps free of it, or the machine's memory.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <inheritdoc />
    public void Dispose()
    {
        _isDisposed = true;
        _timer.Dispose();
    }

    /// <summary>
    /// Looks before something is taken on. What has been allocated since the last collection is garbage for the most part, so one is made if all of it would be too much, but not for everybody who asks.
    /// </summary>
    public void Check()
    {
        if (_isTight || GC.GetTotalMemory(forceFullCollection: false) <= Volatile.Read(ref _checkFrom))
            return;
        // The others wait, as they do for any collection.
        lock (_checking)
        {
            if (_isTight || GC.GetTotalMemory(forceFullCollection: false) <= _checkFrom)
                return;
            var (used, available) = Collected();
            // Before there is a quarter of what is left in new garbage, there is no need to look again.
            _checkFrom = Math.Max((long)(available * TightShare), used + ((available - used) / 4));
            if (used > available * TightShare)
                React(used, available);
        }
    }

    /// <summary>Looks, and tells who has to know.</summary>
    internal void Update()
    {
        var (used, available) = _measure();
        var isTight = used > available * TightShare;
        if (isTight == _isTight && !isTight)
            return;
        // This is the finalizer's thread, which nobody may hold up.
        if (Interlocked.Exchange(ref _isReacting, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Pressure.React(state.Used, state.Available), (Pressure: this, Used: used, Available: available), preferLocal: false);
    }

    private static (long Used, long Available) Measure()
    {
        var info = GC.GetGCMemoryInfo(GCKind.Any);
        return (info.HeapSizeBytes - info.FragmentedBytes, info.TotalAvailableMemoryBytes);
    }

    private void React(long used, long available)
    {
        Interlocked.Exchange(ref _isReacting, 0);
        var isTight = used > available * TightShare;
        lock (_lock)
        {
            if (_isTight != isTight)
            {
                if (isTight)
                {
                    _relief = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    Tight(_logger, used >> 20, available >> 20);
                }
                else
                {
                    _relief.TrySetResult();
                    Relieved(_logger, used >> 20, available >> 20);
                }

                _isTight = isTight;
                Changed?.Invoke();
            }
        }

        if (used > available * CriticalShare)
            Critical?.Invoke();
        // A sidecar that takes on nothing allocates nothing, and nobody would collect.
        if (isTight && !_isDisposed)
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    private static TaskCompletionSource Free()
    {
        var free = new TaskCompletionSource();
        free.SetResult();
        return free;
    }

    private (long Used, long Available) Collected()
    {
        GC.Collect();
        return _measure();
    }

    private void Collect()
    {
        var (used, available) = Collected();
        React(used, available);
    }

    [LoggerMessage(EventId = 1, EventName = "MemoryTight", Level = LogLevel.Warning, Message = "Memory is tight, no new work is accepted: {UsedMiB} of {AvailableMiB} MiB are in use")]
    private static partial void Tight(ILogger logger, long usedMiB, long availableMiB);

    [LoggerMessage(EventId = 2, EventName = "MemoryRelieved", Level = LogLevel.Information, Message = "Memory is no longer tight: {UsedMiB} of {AvailableMiB} MiB are in use")]
    private static partial void Relieved(ILogger logger, long usedMiB, long availableMiB);

    /// <summary>Dies with every garbage collection, and says so; the last one when its owner has been disposed of.</summary>
    private sealed class Sentinel(MemoryPressure owner)
    {
        ~Sentinel()
        {
            if (Environment.HasShutdownStarted || owner._isDisposed)
                return;
            owner.Update();
            _ = new Sentinel(owner);
        }
    }
}
