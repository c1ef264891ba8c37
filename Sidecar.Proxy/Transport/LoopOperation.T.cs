using System.Threading.Tasks.Sources;

namespace Sidecar.Proxy.Transport;

/// <summary>Something that waits for a socket, one at a time, and is used again; whoever waits goes on on the loop's thread.</summary>
/// <typeparam name="T">What comes of it.</typeparam>
/// <param name="handle">The socket.</param>
internal abstract class LoopOperation<T>(LoopHandle handle) : LoopOperation, IValueTaskSource<T>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<T> _core;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private volatile bool _isPending;
    private volatile bool _isCancelled;

    /// <inheritdoc />
    public sealed override bool IsPending => _isPending;

    /// <summary>Begins to wait. The loop takes the first look where nobody has: on another thread, or at a socket that it does not follow yet.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its version, for a task.</returns>
    public short Begin(CancellationToken cancellationToken)
    {
        if (_isPending)
            throw new InvalidOperationException("The connection is being read, or written, already.");
        _core.Reset();
        var version = _core.Version;
        (_isCancelled, _token) = (false, cancellationToken);
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(static operation => ((LoopOperation<T>)operation!).Cancel(), this);
        // All of it is the loop's from here on.
        _isPending = true;
        if (!handle.Loop.IsCurrent || handle.Loop.IsTurnOver || handle.Generation == 0)
            handle.Schedule();
        return version;
    }

    /// <inheritdoc />
    public sealed override void Advance()
    {
        if (!_isPending)
            return;
        T result = default!;
        Exception? failure = null;
        try
        {
            if (_isCancelled)
            {
                OnCancelled();
                failure = new OperationCanceledException(_token);
            }
            else if (!TryRun(out result))
            {
                return;
            }
        }
#pragma warning disable CA1031 // It is whoever waits who hears of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        // No cancellation of this one may reach the next.
        _registration.Dispose();
        _registration = default;
        _isPending = false;
        if (failure is null)
            _core.SetResult(result);
        else
            _core.SetException(failure);
    }

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    /// <inheritdoc cref="IValueTaskSource{T}.GetStatus" />
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc cref="IValueTaskSource{T}.OnCompleted" />
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Does it if that needs no waiting; on the loop's thread only.</summary>
    /// <param name="result">What came of it.</param>
    /// <returns>Whether it is done.</returns>
    protected abstract bool TryRun(out T result);

    /// <summary>Somebody has given up.</summary>
    protected virtual void OnCancelled()
    {
    }

    private void Cancel()
    {
        _isCancelled = true;
        handle.Schedule();
    }
}
