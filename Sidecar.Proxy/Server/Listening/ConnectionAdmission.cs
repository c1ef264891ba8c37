using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>Whether another connection may be accepted. Those that may not yet wait in the kernel's queue, where they cost the sidecar nothing.</summary>
internal sealed partial class ConnectionAdmission : IDisposable
{
    // How long a connection may keep its place while others wait, and how often that is looked at.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    // Who comes and goes at the limit is not worth a line each.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly LinkedList<AdmittedConnection> _open = [];
    private readonly int _max;
    private readonly bool _isAdmin;
    private readonly MemoryPressure _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _tick;
    private TaskCompletionSource? _place;
    private long _pausedAt;
    private long _waitedAt;
    private bool _isPaused;
    private bool _areDescriptorsScarce;
    private long _pauses;

    /// <summary>Admits as many as there are places for.</summary>
    /// <param name="max">How many places there are.</param>
    /// <param name="isAdmin">Whether these are the admin port's: there the newest is let in, and the oldest has to go.</param>
    /// <param name="memory">Whether there is memory for another.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it says that connections wait.</param>
    public ConnectionAdmission(int max, bool isAdmin, MemoryPressure memory, TimeProvider time, ILogger<ConnectionAdmission> logger)
    {
        (_max, _isAdmin, _memory, _time, _logger) = (max, isAdmin, memory, time, logger);
        _tick = time.CreateTimer(static admission => ((ConnectionAdmission)admission!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (isAdmin)
            return;
        memory.Changed += Resume;
        memory.Critical += GiveUp;
    }

    /// <summary>How many there may be.</summary>
    public int Max => _max;

    /// <summary>How often accepting has stopped.</summary>
    public long Pauses => Interlocked.Read(ref _pauses);

    /// <summary>How many are open.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>Waits until there is a place.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>When there is one; nobody else may take it meanwhile but another listener of the same admission.</returns>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        _memory.Check();
        AdmittedConnection? oldest = null;
        Task wait;
        lock (_lock)
        {
            if (HasPlace)
                return default;
            _place ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            wait = _place.Task;
            if (_isAdmin)
                oldest = _open.First!.Value;
            else if (!_isPaused)
                Pause();
        }

        oldest?.Abort(new ConnectionAbortedException("Another connection to the admin port needs its place."));
        return WaitAsync(wait, cancellationToken);
    }

    /// <summary>Takes a place.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isLast">Whether it has got one of the last file descriptors: then no other comes in before there are more.</param>
    /// <returns>The same, which gives its place back when it is disposed of.</returns>
    public ConnectionContext Enter(ConnectionContext connection, bool isLast)
    {
        var admitted = new AdmittedConnection(connection, this) { Since = _time.GetTimestamp() };
        lock (_lock)
        {
            admitted.Place = _open.AddLast(admitted);
            _areDescriptorsScarce |= isLast;
        }

        return admitted;
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="connection">The connection.</param>
    public void Leave(AdmittedConnection connection)
    {
        lock (_lock)
        {
            if (connection.Place is not { } place)
                return;
            connection.Place = null;
            _open.Remove(place);
        }

        Resume();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _memory.Changed -= Resume;
        _memory.Critical -= GiveUp;
        _tick.Dispose();
    }

    // One is let in at any time: whatever uses up memory or file descriptors then, it is not connections.
    private bool HasPlace => _open.Count < _max && (_isAdmin || _open.Count == 0 || (!_memory.IsTight && !_areDescriptorsScarce));

    private async ValueTask WaitAsync(Task place, CancellationToken cancellationToken)
    {
        await place.WaitAsync(cancellationToken);
        await WaitAsync(cancellationToken);
    }

    private void Pause()
    {
        (_isPaused, _pausedAt) = (true, _time.GetTimestamp());
        Interlocked.Increment(ref _pauses);
        _tick.Change(Turn, Turn);
        Paused(_logger, _open.Count, _max);
    }

    private void Resume()
    {
        TaskCompletionSource? place;
        lock (_lock)
        {
            if (_areDescriptorsScarce)
                _areDescriptorsScarce = Descriptors.AreScarce;
            if (_place is null || !HasPlace)
                return;
            (place, _place) = (_place, null);
            _waitedAt = _time.GetTimestamp();
        }

        place.TrySetResult();
    }

    private void Tick()
    {
        // Those who hold file descriptors other than connections do not say when they give them back.
        Resume();
        List<AdmittedConnection> asked = [];
        lock (_lock)
        {
            if (_place is not null)
            {
                for (var node = _open.First; node is { Value: var one } && _time.GetElapsedTime(one.Since) >= Turn; node = node.Next)
                {
                    if (one.IsAsked)
                        continue;
                    one.IsAsked = true;
                    asked.Add(one);
                }
            }
            else if (_isPaused && _time.GetElapsedTime(_waitedAt) >= Calm)
            {
                _isPaused = false;
                _tick.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                var duration = Duration.FormatMeasured(_time.GetElapsedTime(_pausedAt, _waitedAt));
                Resumed(_logger, duration);
            }
        }

        foreach (var connection in asked)
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    private void GiveUp()
    {
        List<AdmittedConnection> newest = [];
        lock (_lock)
        {
            // The last one stays: it was let in whatever the memory is used for, and would never be served.
            var count = Math.Min(_open.Count - 1, (_open.Count + 7) / 8);
            for (var node = _open.Last; node is not null && newest.Count < count; node = node.Previous)
                newest.Add(node.Value);
        }

        if (newest.Count == 0)
            return;
        GivenUp(_logger, newest.Count);
        foreach (var connection in newest)
            connection.Abort(new ConnectionAbortedException("There is no memory left for the connection."));
    }

    [LoggerMessage(EventId = 1, EventName = "AcceptPaused", Level = LogLevel.Warning, Message = "New connections wait: {Open} of {Max} are open (Sidecar:Limits:MaxConnections, or what file descriptors and memory allow)")]
    private static partial void Paused(ILogger logger, int open, int max);

    [LoggerMessage(EventId = 2, EventName = "AcceptResumed", Level = LogLevel.Information, Message = "New connections no longer wait; they did for {Duration}")]
    private static partial void Resumed(ILogger logger, string duration);

    [LoggerMessage(EventId = 3, EventName = "ConnectionsGivenUp", Level = LogLevel.Warning, Message = "The {Count} newest connections were given up: there was no memory left for them")]
    private static partial void GivenUp(ILogger logger, int count);
}
