namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>How many copies of a route's requests are kept or on their way. Lives on over a reload, as they do.</summary>
/// <param name="all">The slots of all routes together.</param>
/// <param name="most">How many places that has.</param>
internal sealed class MirrorSlots(MirrorSlots? all = null, int most = 0)
{
    private int _taken;

    /// <summary>Takes a place.</summary>
    /// <param name="limit">How many places there are.</param>
    /// <returns>Whether there was one; it is given back by <see cref="Leave"/>.</returns>
    public bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref _taken) <= limit && all?.TryEnter(most) != false)
            return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _taken);
        all?.Leave();
    }
}
