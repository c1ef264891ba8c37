using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Transport;

/// <summary>
/// A thread that waits for what happens to its connections, and goes on with whoever waits for it. What runs on it must not block; what is awaited may be anything,
/// and comes back with the next read.
/// </summary>
internal sealed unsafe class EventLoop
{
    private const int MaxEvents = 256;

    // What one connection may have moved before others are looked after.
    private const int Turn = 256 * 1024;

    // A small operation is not free, either.
    private const int Operation = 1024;

    // What is asked of the loop at once before it looks at its connections again.
    private const int MaxPosted = 1024;

    // The kernel packs its structure on x64 alone.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    [ThreadStatic]
    private static EventLoop? s_current;

    private readonly ConcurrentQueue<LoopHandle> _posted = new();
    private readonly Queue<LoopHandle> _later = new();
    private readonly int _poll;
    private readonly int _alarm;
    private LoopHandle?[] _handles = new LoopHandle?[64];
    private int _isAsleep;
    private int _moved;
    private uint _generation;

    /// <summary>Starts a loop.</summary>
    /// <param name="name">Its thread's name.</param>
    public EventLoop(string name)
    {
        _poll = Check(Libc.CreatePoll(Libc.CloseOnExec));
        _alarm = Check(Libc.CreateEvent(0, Libc.NonBlocking));
        // Edge-triggered: it need not be read.
        Watch(_alarm, LoopEvents.Readable | LoopEvents.EdgeTriggered, 0);
        new Thread(Run) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>The loop whose thread this is, or null.</summary>
    public static EventLoop? Current => s_current;

    /// <summary>Whether this is the loop's thread.</summary>
    public bool IsCurrent => s_current == this;

    /// <summary>Whether the connection that is being looked after has had its turn.</summary>
    public bool IsTurnOver => _moved >= Turn;

    /// <summary>What is sent at the end of the turn; on the loop's thread only.</summary>
    public Outbox Outbox { get; } = new();

    /// <summary>Counts what a connection moves in its turn.</summary>
    /// <param name="bytes">How many bytes.</param>
    public void Spend(int bytes) => _moved += bytes + Operation;

    /// <summary>Has a handle looked at in the next turn; from any thread.</summary>
    /// <param name="handle">The handle.</param>
    public void Post(LoopHandle handle)
    {
        if (IsCurrent)
        {
            _later.Enqueue(handle);
            return;
        }

        _posted.Enqueue(handle);
        Wake();
    }

    /// <summary>Follows a handle; on the loop's thread only, as what follows.</summary>
    /// <param name="handle">The handle.</param>
    public void Add(LoopHandle handle)
    {
        if (handle.Fd >= _handles.Length)
            Array.Resize(ref _handles, Math.Max(handle.Fd + 1, _handles.Length * 2));
        handle.Generation = ++_generation == 0 ? ++_generation : _generation;
        _handles[handle.Fd] = handle;
        Watch(handle.Fd, LoopEvents.Readable | LoopEvents.Writable | LoopEvents.Ended | LoopEvents.EdgeTriggered, handle.Generation);
    }

    /// <summary>Follows a handle no longer.</summary>
    /// <param name="handle">The handle, whose descriptor is about to be closed.</param>
    public void Remove(LoopHandle handle)
    {
        if (handle.Generation == 0)
            return;
        handle.Generation = 0;
        _handles[handle.Fd] = null;
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isAsleep, 0) == 0)
            return;
        ulong one = 1;
        _ = Libc.Write(_alarm, &one, sizeof(ulong));
    }

    // As long as the process runs.
    private void Run()
    {
        s_current = this;
        var events = (byte*)NativeMemory.Alloc((nuint)(MaxEvents * EventSize));
        while (true)
            RunOnce(events);
    }

    private void RunOnce(byte* events)
    {
        var count = Libc.WaitPoll(_poll, events, MaxEvents, MaySleep() ? -1 : 0);
        Volatile.Write(ref _isAsleep, 0);
        for (var i = 0; i < count; i++)
        {
            var entry = events + (i * EventSize);
            var (fd, generation) = (*(int*)(entry + EventSize - 8), *(uint*)(entry + EventSize - 4));
            // An earlier event of this turn may have closed it, and another may have its number.
            if (generation != 0 && (uint)fd < (uint)_handles.Length && _handles[fd] is { } handle && handle.Generation == generation)
                Run(handle, *(LoopEvents*)entry);
        }

        for (var left = MaxPosted; left > 0 && _posted.TryDequeue(out var handle); left--)
            Run(handle, LoopEvents.None);
        for (var left = _later.Count; left > 0; left--)
            Run(_later.Dequeue(), LoopEvents.None);
        Outbox.SendAll();
    }

    private bool MaySleep()
    {
        if (_later.Count > 0)
            return false;
        Interlocked.Exchange(ref _isAsleep, 1);
        return _posted.IsEmpty;
    }

    private void Run(LoopHandle handle, LoopEvents events)
    {
        _moved = 0;
        try
        {
            if (events == LoopEvents.None)
                handle.Run();
            else
                handle.OnEvents(events);
        }
#pragma warning disable CA1031 // One connection's failure must not be everybody's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            handle.OnFailed(exception);
        }
    }

    private void Watch(int fd, LoopEvents events, uint generation)
    {
        var entry = stackalloc byte[16];
        *(LoopEvents*)entry = events;
        *(int*)(entry + EventSize - 8) = fd;
        *(uint*)(entry + EventSize - 4) = generation;
        Check(Libc.ControlPoll(_poll, Libc.AddToPoll, fd, entry));
    }

    private static int Check(int result) => result >= 0 ? result : throw Libc.Exception(Libc.Error);
}
