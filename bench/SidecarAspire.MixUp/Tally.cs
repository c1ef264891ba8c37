namespace SidecarAspire.MixUp;

/// <summary>What has been counted, by clients and application together.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private readonly List<string> _mixUps = [];
    private readonly List<string> _lost = [];
    private long _requests;
    private long _checked;

    public long Requests => Interlocked.Read(ref _requests);

    public long Checked => Interlocked.Read(ref _checked);

    /// <summary>Bytes or messages that belong to another request.</summary>
    public IReadOnlyList<string> MixUps
    {
        get
        {
            lock (_lock)
                return [.. _mixUps];
        }
    }

    /// <summary>Responses that nothing explains the want of.</summary>
    public IReadOnlyList<string> Lost
    {
        get
        {
            lock (_lock)
                return [.. _lost];
        }
    }

    /// <summary>Whether going on would tell anything new.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
                return _mixUps.Count > 0 || _lost.Count >= 20;
        }
    }

    public void Sent(int requests) => Interlocked.Add(ref _requests, requests);

    public void Check() => Interlocked.Increment(ref _checked);

    public void MixUp(string what)
    {
        lock (_lock)
            _mixUps.Add(what);
    }

    public void Lose(string what)
    {
        lock (_lock)
            _lost.Add(what);
    }
}
