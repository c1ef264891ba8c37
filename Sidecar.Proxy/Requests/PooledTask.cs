using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Sidecar.Proxy.Requests;

/// <summary>Builds async methods that run once or more a request: their state machines are used again. .NET's pooling builder keeps one a processor; an event loop has a request of each of its connections under way.</summary>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The compiler calls the builder's members on an instance.")]
internal struct PooledTask
{
    private PooledTask<bool> _task;

    /// <summary>What the caller awaits, once.</summary>
    public ValueTask Task => _task.Completion;

    public static PooledTask Create() => default;

    public void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => default(AsyncTaskMethodBuilder).Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine)
    {
    }

    public void SetResult() => _task.SetResult(true);

    public void SetException(Exception exception) => _task.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.OnCompleted(_task.Suspend(ref machine));

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(_task.Suspend(ref machine));
}
