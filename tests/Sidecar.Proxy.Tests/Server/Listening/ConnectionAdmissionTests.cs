using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

public sealed class ConnectionAdmissionTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly MemoryPressure _memory;
    private readonly ConnectionAdmission _admission;
    private long _used = 10;

    public ConnectionAdmissionTests()
    {
        _memory = new(() => (Interlocked.Read(ref _used), 100), _time, NullLogger<MemoryPressure>.Instance);
        _admission = new(100, isAdmin: false, _memory, _time, NullLogger<ConnectionAdmission>.Instance);
    }

    [Fact]
    public async Task The_newest_are_given_up_while_memory_is_critical_but_never_the_last_one()
    {
        var connections = Enumerable.Range(0, 3).Select(_ => new Connection()).ToList();
        foreach (var one in connections)
            one.Admitted = _admission.Enter(one, isLast: false);
        // Whoever handles the event after the admission does knows that it is done.
        var rounds = 0;
        _memory.Critical += () => Interlocked.Increment(ref rounds);

        Interlocked.Exchange(ref _used, 90);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        for (var round = 1; round <= 4; round++)
        {
            await Patience.UntilAsync(() => Volatile.Read(ref rounds) >= round);
            foreach (var one in connections.Where(one => one.IsAborted && one.Admitted is not null))
            {
                await one.Admitted!.DisposeAsync();
                one.Admitted = null;
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        connections.Select(one => one.IsAborted).ShouldBe([false, true, true]);
    }

    public void Dispose()
    {
        _admission.Dispose();
        _memory.Dispose();
    }

    private sealed class Connection : DefaultConnectionContext
    {
        public ConnectionContext? Admitted { get; set; }

        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
