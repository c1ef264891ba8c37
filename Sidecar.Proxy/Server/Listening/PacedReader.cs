using System.IO.Pipelines;
using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// What a client of HTTP/2 sends, read only while there is memory for what it asks. The heads of a hundred streams fit into a few bytes on the wire, and Kestrel decodes them all before anybody can
/// turn one away.
/// </summary>
/// <param name="inner">The connection's bytes.</param>
/// <param name="memory">Whether there is memory.</param>
internal sealed class PacedReader(PipeReader inner, MemoryPressure memory) : PipeReader
{
    private CancellationTokenSource? _wait;
    private volatile bool _isCancelled;

    /// <inheritdoc />
    public override bool TryRead(out ReadResult result)
    {
        result = default;
        memory.Check();
        return !memory.IsTight && inner.TryRead(out result);
    }

    /// <inheritdoc />
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        memory.Check();
        return memory.IsTight ? WaitAsync(cancellationToken) : inner.ReadAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    /// <inheritdoc />
    public override void CancelPendingRead()
    {
        _isCancelled = true;
        _wait?.Cancel();
        inner.CancelPendingRead();
    }

    /// <inheritdoc />
    public override void Complete(Exception? exception = null)
    {
        _wait?.Cancel();
        inner.Complete(exception);
    }

    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _wait = wait;
        // Whoever cancels a read has made the inner one return at once.
        if (!_isCancelled)
            await memory.Relief.WaitAsync(wait.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wait = null;
        _isCancelled = false;
        return await inner.ReadAsync(cancellationToken);
    }
}
