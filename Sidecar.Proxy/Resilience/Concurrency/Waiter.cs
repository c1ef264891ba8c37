namespace Sidecar.Proxy.Resilience.Concurrency;

/// <summary>A request that waits for its turn. Its continuation never runs on the thread that makes room, which has a request of its own.</summary>
/// <param name="gate">Where it waits.</param>
internal sealed class Waiter(ConcurrencyGate gate) : TaskCompletionSource<Admission>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Its place in the queue.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }

    /// <summary>Waits.</summary>
    /// <param name="patience">How long at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="gone">Says that its client has left.</param>
    /// <returns>What became of it.</returns>
    public async ValueTask<Admission> WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken gone)
    {
        await using var timer = time.CreateTimer(static waiter => ((Waiter)waiter!).Leave(Admission.TimedOut), this, patience, Timeout.InfiniteTimeSpan);
        await using var left = gone.UnsafeRegister(static waiter => ((Waiter)waiter!).Leave(Admission.ClientLeft), this);
        return await Task;
    }

    private void Leave(Admission why) => gate.Leave(this, why);
}
