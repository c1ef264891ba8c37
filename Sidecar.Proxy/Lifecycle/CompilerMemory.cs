using System.Runtime;
using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Gives back the memory that the just-in-time compiler worked in: 5 MB that the C library would keep (docs/performance.md). With a C library other than glibc there is
/// nothing to call, and nothing is done.
/// </summary>
internal sealed class CompilerMemory : BackgroundService
{
    // The compiler works in bursts, a few hundred methods in some seconds, whenever the load is of a new kind.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private const int Enough = 20;

    private long _compiled;

    /// <summary>Looks at how far the compiler is.</summary>
    /// <param name="compiled">How many methods it has compiled so far.</param>
    /// <returns>Whether it has worked enough since the last time for something to be given back.</returns>
    public bool IsDue(long compiled)
    {
        if (compiled - _compiled < Enough)
            return false;
        _compiled = compiled;
        return true;
    }

    /// <summary>Gives back what is free.</summary>
    /// <returns>Whether there was a way to.</returns>
    public static unsafe bool Trim()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var library) || !NativeLibrary.TryGetExport(library, "malloc_trim", out var trim))
            return false;
        ((delegate* unmanaged<nuint, int>)trim)(0);
        return true;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (IsDue(JitInfo.GetCompiledMethodCount()) && !Trim())
                    return;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
