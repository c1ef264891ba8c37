namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Records on their way out. What finds no room is dropped and counted: requests never wait for a collector.</summary>
/// <param name="maxRecords">How many may wait.</param>
/// <param name="batchSize">How many are sent together at most.</param>
internal sealed class OtlpQueue(int maxRecords, int batchSize)
{
    // ScopeSpans.spans and ScopeLogs.log_records: field 2, with a length.
    private const byte RecordTag = (2 << 3) | 2;
    private const int MaxFrameBytes = 6;
    private const int FirstBufferBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<OtlpBatch> _full = new();
    private byte[] _buffer = [];
    private int _length;
    private int _room = FirstBufferBytes;
    private int _count;
    private int _waiting;
    private long _dropped;

    /// <summary>How many records were lost.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Adds a record.</summary>
    /// <returns>Whether it completes a batch.</returns>
    public bool Add(ReadOnlySpan<byte> record)
    {
        lock (_lock)
        {
            if (_waiting == maxRecords)
            {
                Interlocked.Increment(ref _dropped);
                return false;
            }

            Reserve(record.Length + MaxFrameBytes);
            _buffer[_length++] = RecordTag;
            var length = (uint)record.Length;
            for (; length >= 0x80; length >>= 7)
                _buffer[_length++] = (byte)(length | 0x80);
            _buffer[_length++] = (byte)length;
            record.CopyTo(_buffer.AsSpan(_length));
            _length += record.Length;
            _waiting++;
            if (++_count < batchSize)
                return false;
            Complete();
            return true;
        }
    }

    /// <summary>Takes a batch, whose buffer goes back to the shared pool afterwards.</summary>
    /// <param name="isPartWelcome">Whether one that is not full is taken, too.</param>
    /// <param name="batch">The batch.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryTake(bool isPartWelcome, out OtlpBatch batch)
    {
        lock (_lock)
        {
            if (isPartWelcome && _full.Count == 0 && _count > 0)
                Complete();
            if (!_full.TryDequeue(out batch))
                return false;
            _waiting -= batch.Count;
            return true;
        }
    }

    /// <summary>Counts records that were taken and could not be sent.</summary>
    public void Drop(int count) => Interlocked.Add(ref _dropped, count);

    private void Complete()
    {
        _full.Enqueue(new(_buffer, _length, _count));
        // Batches are much alike: the next one need not grow, and copy, while requests wait for the lock.
        _room = Math.Max(FirstBufferBytes, _length);
        (_buffer, _length, _count) = ([], 0, 0);
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length >= count)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(_room, _buffer.Length * 2), _length + count));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}

/// <summary>Records that are sent together.</summary>
/// <param name="Buffer">A pooled buffer.</param>
/// <param name="Length">How much of it is used.</param>
/// <param name="Count">How many records.</param>
internal readonly record struct OtlpBatch(byte[] Buffer, int Length, int Count)
{
    /// <summary>The records, each with its field's tag and its length.</summary>
    public ReadOnlyMemory<byte> Records => Buffer.AsMemory(0, Length);
}
