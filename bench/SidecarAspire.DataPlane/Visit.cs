namespace SidecarAspire.DataPlane;

/// <summary>A request as the application sees it.</summary>
internal sealed class Visit
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _brokenOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _arrivals;

    public Task Arrived => _arrived.Task;

    /// <summary>The application learnt that nobody waits for its answer any more.</summary>
    public Task BrokenOff => _brokenOff.Task;

    public int Arrivals => Volatile.Read(ref _arrivals);

    public void Arrive()
    {
        Interlocked.Increment(ref _arrivals);
        _arrived.TrySetResult();
    }

    public void BreakOff() => _brokenOff.TrySetResult();
}
