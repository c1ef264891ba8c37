namespace Sidecar.Proxy.Resilience;

/// <summary>How many attempts there were lately and how many of them failed, to a tenth of the window. Not safe for several threads.</summary>
/// <param name="length">How far it looks back.</param>
/// <param name="time">The clock.</param>
internal sealed class FailureWindow(TimeSpan length, TimeProvider time)
{
    private const int Slots = 10;

    private readonly long _slotLength = Math.Max(1, (long)(length.TotalSeconds * time.TimestampFrequency / Slots));
    private readonly int[] _total = new int[Slots];
    private readonly int[] _failed = new int[Slots];
    private long _newest;

    /// <summary>Counts an attempt.</summary>
    /// <param name="failed">Whether it failed.</param>
    /// <returns>How many there are in the window, this one included, and how many of them failed.</returns>
    public (int Total, int Failed) Add(bool failed)
    {
        Advance(time.GetTimestamp() / _slotLength);
        var slot = (int)(_newest % Slots);
        _total[slot]++;
        if (failed)
            _failed[slot]++;
        return (Sum(_total), Sum(_failed));
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_total);
        Array.Clear(_failed);
    }

    private void Advance(long now)
    {
        if (now - _newest >= Slots)
        {
            Clear();
            _newest = now;
        }

        while (_newest < now)
        {
            var slot = (int)(++_newest % Slots);
            _total[slot] = _failed[slot] = 0;
        }
    }

    private static int Sum(int[] counts)
    {
        var sum = 0;
        foreach (var count in counts)
            sum += count;
        return sum;
    }
}
