namespace Sidecar.Proxy.Transport;

/// <summary>A descriptor of a loop's. Only its loop's thread uses it and closes it; others ask the loop to look at it.</summary>
/// <param name="loop">The loop.</param>
/// <param name="fd">The descriptor, which is owned from now on.</param>
internal abstract class LoopHandle(EventLoop loop, int fd)
{
    private int _isScheduled;

    /// <summary>The loop it belongs to.</summary>
    public EventLoop Loop => loop;

    /// <summary>The descriptor.</summary>
    public int Fd => fd;

    /// <summary>Tells it from earlier ones with the same descriptor, whose events may still be under way; 0 while it is not registered.</summary>
    public uint Generation { get; set; }

    /// <summary>Something has changed that the loop has to look at; from any thread, and never at once.</summary>
    public void Schedule()
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
            loop.Post(this);
    }

    /// <summary>The loop looks.</summary>
    public void Run()
    {
        Interlocked.Exchange(ref _isScheduled, 0);
        OnScheduled();
    }

    /// <summary>The kernel has told something.</summary>
    /// <param name="events">What.</param>
    public abstract void OnEvents(LoopEvents events);

    /// <summary>What goes wrong in <see cref="OnEvents"/> and <see cref="OnScheduled"/>, memory that has run out for instance.</summary>
    /// <param name="exception">What.</param>
    public abstract void OnFailed(Exception exception);

    /// <summary>Someone has asked for a look: everything that has been asked for is done, in whatever order.</summary>
    protected abstract void OnScheduled();
}
