using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Sidecar.Proxy.Requests;

/// <summary><see cref="PooledTask"/> for methods with a result.</summary>
/// <typeparam name="T">The result.</typeparam>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The compiler calls the builder's members on an instance.")]
internal struct PooledTask<T>
{
    private Box? _box;
    private Exception? _exception;
    private T? _result;

    /// <summary>What the caller awaits, once.</summary>
    public readonly ValueTask<T> Task => _box is { } box ? new(box, box.Version) : _exception is null ? new(_result!) : ValueTask.FromException<T>(_exception);

    /// <summary><see cref="Task"/> without the result.</summary>
    internal readonly ValueTask Completion => _box is { } box ? new(box, box.Version) : _exception is null ? default : ValueTask.FromException(_exception);

    public static PooledTask<T> Create() => default;

    public void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => default(AsyncTaskMethodBuilder).Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine)
    {
    }

    public void SetResult(T result)
    {
        if (_box is null)
            _result = result;
        else
            _box.SetResult(result);
    }

    public void SetException(Exception exception)
    {
        if (_box is null)
            _exception = exception;
        else
            _box.SetException(exception);
    }

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.OnCompleted(Suspend(ref machine));

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(Suspend(ref machine));

    /// <summary>Keeps a method's state until what it awaits is there.</summary>
    /// <param name="machine">The state, of which this builder is a part.</param>
    /// <returns>What resumes it.</returns>
    internal Action Suspend<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine
    {
        if (_box is null)
        {
            var box = Box<TMachine>.Rent();
            // First, so that the copy knows its box.
            _box = box;
            box.Machine = machine;
        }

        return _box.Suspend();
    }

    private abstract class Box : IValueTaskSource<T>, IValueTaskSource
    {
        private readonly Action _resume;
        private ManualResetValueTaskSourceCore<T> _core;
        private ExecutionContext? _context;

        protected Box() => _resume = Resume;

        public short Version => _core.Version;

        public Action Suspend()
        {
            _context = ExecutionContext.Capture();
            return _resume;
        }

        public void SetResult(T result) => _core.SetResult(result);

        public void SetException(Exception exception) => _core.SetException(exception);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);

        void IValueTaskSource.GetResult(short token) => GetResult(token);

        public T GetResult(short token)
        {
            // Throws for one that has been awaited before, which must not give back another's.
            _core.GetStatus(token);
            try
            {
                return _core.GetResult(token);
            }
            finally
            {
                _core.Reset();
                _context = null;
                Return();
            }
        }

        protected abstract void MoveNext();

        protected abstract void Return();

        private void Resume()
        {
            if (_context is { } context)
                ExecutionContext.Run(context, static box => ((Box)box!).MoveNext(), this);
            else
                MoveNext();
        }
    }

    private sealed class Box<TMachine> : Box
        where TMachine : IAsyncStateMachine
    {
        private const int Most = 256;

        [ThreadStatic]
        private static Stack<Box<TMachine>>? s_free;

        public TMachine Machine = default!;

        public static Box<TMachine> Rent() => s_free is { } free && free.TryPop(out var box) ? box : new();

        protected override void MoveNext() => Machine.MoveNext();

        protected override void Return()
        {
            Machine = default!;
            var free = s_free ??= new();
            if (free.Count < Most)
                free.Push(this);
        }
    }
}
