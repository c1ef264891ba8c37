using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Resources;

public sealed class MemoryPressureTests : IDisposable
{
    private readonly RecordedLogs _logs = new();
    private readonly LoggerFactory _loggers = new();
    private readonly ManualTime _time = new();
    private readonly MemoryPressure _pressure;
    private long _used = 10 << 20;

    public MemoryPressureTests()
    {
        _loggers.AddProvider(_logs);
        _pressure = new(() => (Interlocked.Read(ref _used), 100 << 20), _time, _loggers.CreateLogger<MemoryPressure>());
    }

    [Fact]
    public async Task A_garbage_collection_that_leaves_much_is_told_once_and_so_is_its_end()
    {
        Use(80);
        await Patience.UntilAsync(() => _pressure.IsTight);
        Use(85);
        Use(40);
        await Patience.UntilAsync(() => !_pressure.IsTight);

        _logs.Drain().Select(record => record.Message).ShouldBe(["Memory is tight, no new work is accepted: 80 of 100 MiB are in use", "Memory is no longer tight: 40 of 100 MiB are in use"]);
    }

    [Fact]
    public async Task While_it_is_critical_connections_are_given_up_again_and_again()
    {
        var given = 0;
        _pressure.Critical += () => Interlocked.Increment(ref given);

        Use(90);
        await Patience.UntilAsync(() => Volatile.Read(ref given) >= 1);
        Use(90);

        await Patience.UntilAsync(() => Volatile.Read(ref given) >= 2);
    }

    [Fact]
    public async Task A_sidecar_that_takes_on_nothing_still_notices_that_memory_is_free_again()
    {
        Use(80);
        await Patience.UntilAsync(() => _pressure.IsTight);

        Interlocked.Exchange(ref _used, 10 << 20);
        _time.Advance(TimeSpan.FromSeconds(1));

        await Patience.UntilAsync(() => !_pressure.IsTight);
    }

    public void Dispose()
    {
        _pressure.Dispose();
        _loggers.Dispose();
    }

    private void Use(int mebibytes)
    {
        Interlocked.Exchange(ref _used, (long)mebibytes << 20);
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
