using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// What a client of HTTP/2 sends, read only while there is memory for what it asks. The heads of a hundred streams fit into a few bytes on the wire, and Kestrel decodes them all before anybody can
/// turn one away. A client that floods the sidecar with resets is not read on.
/// </summary>
/// <param name="inner">The connection's bytes.</param>
/// <param name="memory">Whether there is memory.</param>
/// <param name="resets">How many streams may be reset.</param>
internal sealed class PacedReader(PipeReader inner, MemoryPressure memory, ResetLimit resets) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;
    private long _counted;
    private CancellationTokenSource? _wait;
    private volatile bool _isCancelled;

    /// <inheritdoc />
    public override bool TryRead(out ReadResult result)
    {
        result = default;
        memory.Check();
        if (memory.IsTight || !inner.TryRead(out result))
            return false;
        Count(result.Buffer);
        return true;
    }

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PooledTask<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        memory.Check();
        if (memory.IsTight)
            await WaitAsync(cancellationToken);
        var result = await inner.ReadAsync(cancellationToken);
        Count(result.Buffer);
        return result;
    }

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _counted -= _buffer.Slice(_buffer.Start, consumed).Length;
        inner.AdvanceTo(consumed, examined);
    }

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

    private void Count(ReadOnlySequence<byte> buffer)
    {
        if (resets.IsExceededBy(buffer.Slice(_counted)))
            throw new ConnectionResetException("The client has reset too many streams.");
        (_buffer, _counted) = (buffer, buffer.Length);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _wait = wait;
        // Whoever cancels a read has made the inner one return at once.
        if (!_isCancelled)
            await memory.Relief.WaitAsync(wait.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wait = null;
        _isCancelled = false;
    }
}
