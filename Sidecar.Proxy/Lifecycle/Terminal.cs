using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// The terminal that the sidecar was started from. Its group is the one that Ctrl+C and Ctrl+Z reach; the application's may read only while it has the terminal, so it is lent to the
/// application whenever that asks for it by reading, and taken back at once.
/// </summary>
internal sealed partial class Terminal : IDisposable
{
    private const string Path = "/dev/tty";

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _handle;
    private readonly int _own = OwnGroup();
    private readonly ITimer _takeBack;
    private int _lentTo;

    private Terminal(SafeFileHandle handle, TimeProvider time)
    {
        _handle = handle;
        _takeBack = time.CreateTimer(static terminal => ((Terminal)terminal!).TakeBack(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    // By then the application has read what there was, or waits for it, which needs the terminal no longer.
    private static TimeSpan Loan => TimeSpan.FromMilliseconds(50);

    /// <summary>Whether there is a terminal, or there still is.</summary>
    public static bool IsThere
    {
        get
        {
            using var handle = TryOpen();
            return handle is not null;
        }
    }

    /// <summary>Finds the terminal.</summary>
    /// <returns>The terminal; null where there is none, in a container for instance.</returns>
    public static Terminal? Open(TimeProvider time) => !OperatingSystem.IsWindows() && TryOpen() is { } handle ? new(handle, time) : null;

    /// <summary>Lends it to another group, if the sidecar has it.</summary>
    public void Lend(int group)
    {
        lock (_lock)
        {
            if (_handle.IsClosed || Foreground(_handle) is var foreground && foreground != _own && foreground != group)
                return;
            Give(group);
            _takeBack.Change(Loan, Timeout.InfiniteTimeSpan);
        }

        Native.Signal(-group, SignalNumber.Continue);
    }

    /// <summary>Takes it back, if it is lent.</summary>
    public void TakeBack()
    {
        lock (_lock)
        {
            if (!_handle.IsClosed && Foreground(_handle) is var foreground && foreground != _own && _lentTo == foreground)
                Give(_own);
            _lentTo = 0;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        TakeBack();
        _takeBack.Dispose();
        lock (_lock)
            _handle.Dispose();
    }

    private static SafeFileHandle? TryOpen()
    {
        try
        {
            return File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private unsafe void Give(int group)
    {
        byte* signals = stackalloc byte[128], before = stackalloc byte[128];
        _ = Native.Clear(signals);
        _ = Native.Add(signals, SignalNumber.TerminalWrite);
        // Whoever has lent it is in the background, and would be stopped for taking it back.
        _ = Mask(OperatingSystem.IsMacOS() ? 1 : 0, signals, before);
        _ = SetForeground(_handle, group);
        _ = Mask(OperatingSystem.IsMacOS() ? 3 : 2, before, null);
        _lentTo = group == _own ? 0 : group;
    }

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int Foreground(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "tcsetpgrp")]
    private static partial int SetForeground(SafeFileHandle terminal, int group);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static unsafe partial int Mask(int how, byte* signals, byte* before);
}
