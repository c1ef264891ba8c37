using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>
/// A request's body that another attempt can read from its beginning. It streams: what an attempt reads is kept as it passes, up to a
/// limit beyond which nothing is kept and the body can be read once only.
/// </summary>
/// <param name="client">The body as the client sends it.</param>
/// <param name="limit">How many bytes are kept.</param>
/// <param name="budget">How many may be kept of all bodies; one that finds no room can be read once only.</param>
internal sealed class ReplayableBody(Stream client, int limit, BodyBudget budget) : IDisposable
{
    private const int FirstSize = 4096;

    // An attempt that was given up may still wait for the client when the next one begins.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private byte[] _kept = [];
    private bool _isDropped;

    /// <summary>How many bytes the client has sent.</summary>
    public long Received { get; private set; }

    /// <summary>Whether all that the client has sent so far is kept.</summary>
    public bool IsKept => !_isDropped;

    /// <summary>The body from its beginning, for one attempt.</summary>
    /// <returns>A stream that is not to be disposed of.</returns>
    public Stream Open() => new Reader(this, client);

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_turn.Wait(0))
            return;
        Drop();
        _turn.Release();
    }

    private async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (position < Received)
                return Replay((int)position, buffer.Span);
            var count = await client.ReadAsync(buffer, cancellationToken);
            Keep(buffer.Span[..count]);
            return count;
        }
        finally
        {
            _turn.Release();
        }
    }

    private int Replay(int position, Span<byte> buffer)
    {
        if (_isDropped)
            throw new IOException("the request's body is no longer there to be sent again");
        var count = Math.Min(buffer.Length, (int)Received - position);
        _kept.AsSpan(position, count).CopyTo(buffer);
        return count;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var before = (int)Math.Min(Received, limit);
        Received += bytes.Length;
        if (_isDropped || bytes.IsEmpty)
            return;
        if (Received > limit || (_kept.Length < Received && !TryGrow(before)))
        {
            Drop();
            return;
        }

        bytes.CopyTo(_kept.AsSpan(before));
    }

    private bool TryGrow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max((int)Received, _kept.Length * 2)));
        if (!budget.TryTake(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            return false;
        }

        _kept.AsSpan(0, count).CopyTo(larger);
        Release();
        _kept = larger;
        return true;
    }

    private void Drop()
    {
        _isDropped = true;
        Release();
    }

    private void Release()
    {
        if (_kept.Length > 0)
            ArrayPool<byte>.Shared.Return(_kept);
        budget.Return(_kept.Length);
        _kept = [];
    }

    private sealed class Reader(ReplayableBody body, Stream client) : AsyncStream(client)
    {
        private long _position;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await body.ReadAsync(_position, buffer, cancellationToken);
            _position += count;
            return count;
        }
    }
}
