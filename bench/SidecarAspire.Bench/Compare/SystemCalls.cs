using System.Diagnostics;
using System.Globalization;
using SidecarAspire.Startup;

namespace SidecarAspire.Bench.Compare;

/// <summary>Counts the system calls of processes by perf, which, unlike strace, does not hold them up; where perf may not count there is no figure.</summary>
internal sealed class SystemCalls : IDisposable
{
    private readonly Process _perf;

    private SystemCalls(Process perf) => _perf = perf;

    /// <summary>Begins to count.</summary>
    public static async Task<SystemCalls> StartAsync(IEnumerable<int> processes, CancellationToken cancellationToken)
    {
        var perf = Tool.Start(["perf", "stat", "-x", ",", "-e", "raw_syscalls:sys_enter", "-p", string.Join(',', processes)]);
        // perf does not say when it has begun.
        await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        return new(perf);
    }

    /// <summary>How many there were, or null.</summary>
    public async Task<long?> StopAsync(CancellationToken cancellationToken)
    {
        if (!_perf.HasExited)
            Signals.Send(_perf.Id, Signals.Interrupt);
        var line = await _perf.StandardError.ReadToEndAsync(cancellationToken);
        return long.TryParse(line.Split(',')[0], CultureInfo.InvariantCulture, out var count) ? count : null;
    }

    public void Dispose() => _perf.Dispose();
}
