using System.Diagnostics.CodeAnalysis;

namespace Sidecar.Proxy.Upstream;

/// <summary>How many connections to all targets together there may still be. Each holds a file descriptor, and one client can ask for a hundred.</summary>
/// <param name="max">How many there may be.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "To dispose of it would free nothing, and the finalizer of a lost connection may give its slot back after the host has gone.")]
internal sealed class UpstreamSlots(int max)
{
    private readonly SemaphoreSlim _free = new(max, max);
    private int _waiting;

    /// <summary>Whether somebody waits, so that an idle connection had better be closed.</summary>
    public bool IsWaitedFor => Volatile.Read(ref _waiting) > 0;

    /// <summary>Takes a slot if there is one.</summary>
    /// <returns>Whether there was; it is given back by <see cref="Leave"/>.</returns>
    public bool TryEnter() => _free.Wait(0);

    /// <summary>Takes a slot.</summary>
    /// <param name="timeout">How long one is waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was one; it is given back by <see cref="Leave"/>.</returns>
    public async ValueTask<bool> EnterAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await _free.WaitAsync(timeout, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Leave() => _free.Release();
}
