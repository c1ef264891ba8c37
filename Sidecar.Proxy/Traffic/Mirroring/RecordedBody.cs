using System.Runtime.InteropServices;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>A request's body that keeps what is read of it for a copy, up to what the route allows and as long as there is room.</summary>
/// <param name="inner">The body.</param>
/// <param name="copy">The copy, which is sent when the end of the body has been read.</param>
internal sealed class RecordedBody(Stream inner, PendingCopy copy) : AsyncStream(inner)
{
    private ArrayBufferWriter<byte> _bytes = new();
    private int _reserved;
    private bool _isOver;

    /// <summary>Why the body is no longer kept, or null.</summary>
    public MirrorSkip? Skip { get; private set; }

    /// <summary>Whether all of the body has been handed out.</summary>
    public bool IsComplete { get; private set; }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await base.ReadAsync(buffer, cancellationToken);
        if (!_isOver)
            Keep(buffer.Span[..count], isEnd: count == 0 && !buffer.IsEmpty);
        return count;
    }

    private void Keep(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        if (isEnd)
        {
            _isOver = IsComplete = true;
            MemoryMarshal.TryGetArray(_bytes.WrittenMemory, out var all);
            copy.Send(new MemoryStream(all.Array ?? [], all.Offset, all.Count, writable: false));
        }
        else if (bytes.Length > copy.Route.Mirror!.MaxBodyBytes - _bytes.WrittenCount)
        {
            GiveUp(MirrorSkip.TooLarge);
        }
        else
        {
            _bytes.Write(bytes);
            var more = _bytes.Capacity - _reserved;
            if (more > 0 && !copy.TryKeep(more))
                GiveUp(MirrorSkip.NoRoom);
            else
                _reserved = _bytes.Capacity;
        }
    }

    private void GiveUp(MirrorSkip reason)
    {
        (_isOver, Skip, _bytes) = (true, reason, new());
    }
}
