namespace Sidecar.Proxy.Transport;

/// <summary>
/// What a loop's connections send in a turn, gathered until its end. A peer that waits is woken by what is sent to it, which costs the kernel as much as the sending: this way it finds the
/// messages of many connections when it wakes, and is not woken for each.
/// </summary>
internal sealed class Outbox
{
    // What the last of them waits for the others: some tens of microseconds.
    private const int MaxMessages = 32;

    // Of a transfer the peer would rather have the beginning at once.
    private const int MaxBytes = 4 * 1024;

    private readonly byte[] _bytes = new byte[MaxMessages * MaxBytes / 2];
    private readonly (LoopSocket Socket, int Start)[] _messages = new (LoopSocket, int)[MaxMessages];
    private int _count;
    private int _end;

    /// <summary>Takes bytes along; of a connection that has some here already only right behind them.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="bytes">The bytes, which are copied.</param>
    /// <returns>Whether they are taken; otherwise they have to be sent now.</returns>
    public bool TryAdd(LoopSocket socket, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            return false;
        if (socket.HasUnsent && (_count == 0 || _messages[_count - 1].Socket != socket || _bytes.Length - _end < bytes.Length))
            return false;
        if (!socket.HasUnsent)
        {
            if (_count == MaxMessages || _bytes.Length - _end < bytes.Length)
                SendAll();
            _messages[_count++] = (socket, _end);
        }

        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
        return true;
    }

    /// <summary>Sends everything.</summary>
    public void SendAll()
    {
        for (var i = 0; i < _count; i++)
        {
            var (socket, start) = _messages[i];
            socket.SendUnsent(_bytes.AsSpan(start, (i + 1 < _count ? _messages[i + 1].Start : _end) - start));
        }

        Array.Clear(_messages, 0, _count);
        (_count, _end) = (0, 0);
    }
}
