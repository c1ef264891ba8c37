using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly List<(TimeSpan Due, int Count, TaskCompletionSource Set)> _expected = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Makes a sidecar go by it.</summary>
    public void Drive(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TimeProvider>(this);
        // The host counts how long it takes to stop by the machine's clock, whatever else there is.
        builder.Services.PostConfigure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
    }

    public override long GetTimestamp()
    {
        lock (_lock)
            return _now.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => Start + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until somebody waits for exactly this long.</summary>
    /// <param name="due">How long.</param>
    /// <param name="count">How many there have to be.</param>
    public Task SomebodyWaitsAsync(TimeSpan due, int count = 1)
    {
        lock (_lock)
        {
            if (Count(due) >= count)
                return Task.CompletedTask;
            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _expected.Add((due, count, set));
            return set.Task.WaitAsync(Patience.Limit);
        }
    }

    /// <summary>Whether somebody waits for exactly this long.</summary>
    public bool Waits(TimeSpan due)
    {
        lock (_lock)
            return Count(due) > 0;
    }

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.At <= _now).OrderBy(timer => timer.At)];
        }

        foreach (var timer in due)
            timer.Fire();
    }

    private int Count(TimeSpan due) => _timers.Count(timer => timer.Set == due);

    private sealed class Timer(ManualTime time, Action fire) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan At { get; private set; }

        public TimeSpan Set { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime < TimeSpan.Zero)
                    return true;
                (At, Set, _period) = (time._now + dueTime, dueTime, period);
                time._timers.Add(this);
                foreach (var expected in time._expected.Where(expected => expected.Due == dueTime && time.Count(dueTime) >= expected.Count))
                    expected.Set.TrySetResult();
            }

            if (dueTime == TimeSpan.Zero)
                Fire();
            return true;
        }

        public void Fire()
        {
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            fire();
        }

        public void Dispose()
        {
            lock (time._lock)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
