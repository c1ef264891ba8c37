namespace Sidecar.Proxy.Upstream.Health;

/// <summary>Counts what happened lately, and how much of it was of one kind, to a tenth of the window. Not safe for several threads.</summary>
/// <param name="length">How far it looks back.</param>
/// <param name="time">The clock.</param>
internal sealed class SlidingWindow(TimeSpan length, TimeProvider time)
{
    private const int Slots = 10;

    private readonly long _started = time.GetTimestamp();
    private readonly long _slotLength = Math.Max(1, (long)(length.TotalSeconds * time.TimestampFrequency / Slots));
    private readonly (int All, int Marked)[] _slots = new (int, int)[Slots];
    private long _newest;

    /// <summary>Counts.</summary>
    /// <param name="all">What has happened.</param>
    /// <param name="marked">What is of the kind.</param>
    /// <returns>What there is in the window, this included.</returns>
    public (int All, int Marked) Add(int all, int marked)
    {
        Advance((time.GetTimestamp() - _started) / _slotLength);
        ref var slot = ref _slots[_newest % Slots];
        slot = (slot.All + all, slot.Marked + marked);
        return (_slots.Sum(static one => one.All), _slots.Sum(static one => one.Marked));
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.Clear(_slots);

    private void Advance(long now)
    {
        // What is further back than the window is forgotten at once.
        for (_newest = Math.Max(_newest, now - Slots); _newest < now;)
            _slots[++_newest % Slots] = default;
    }
}
