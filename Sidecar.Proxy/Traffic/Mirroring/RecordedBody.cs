using System.Buffers;
using Sidecar.Proxy.Forwarding;

namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>A request's body that keeps what is read of it, up to a limit.</summary>
/// <param name="inner">The body.</param>
/// <param name="limit">How many bytes are kept; of a larger body none are.</param>
/// <param name="complete">Gets all of a body that is not too large, once, when its end has been read.</param>
internal sealed class RecordedBody(Stream inner, int limit, Action<byte[]> complete) : AsyncStream(inner)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private bool _isOver;

    /// <summary>Whether there was more than may be kept.</summary>
    public bool IsTooLarge { get; private set; }

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
            complete(_bytes.WrittenSpan.ToArray());
        }
        else if (bytes.Length > limit - _bytes.WrittenCount)
        {
            _isOver = IsTooLarge = true;
            _bytes.Clear();
        }
        else
        {
            _bytes.Write(bytes);
        }
    }
}
