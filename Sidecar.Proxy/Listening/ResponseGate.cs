using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace Sidecar.Proxy.Listening;

/// <summary>
/// Stands between Kestrel and an HTTP/1 connection. Kestrel writes the headers that it knows in its own spelling; where the application
/// spells them otherwise, this puts the application's back. All other answers pass as they are.
/// </summary>
/// <param name="inner">The connection's bytes.</param>
/// <param name="presence">Learns of the bytes that go to the client.</param>
internal sealed class ResponseGate(PipeWriter inner, ClientPresence presence) : PipeWriter
{
    private const int BufferSize = 4096;

    private IReadOnlyList<KeyValuePair<string, string>>? _fields;
    private byte[]? _buffer;
    private int _passed;
    private int _end;

    /// <inheritdoc />
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    /// <inheritdoc />
    public override long UnflushedBytes => inner.UnflushedBytes + _end - _passed;

    /// <summary>Has the next answer's head spelt as the application spells it.</summary>
    /// <param name="fields">The application's headers, or null for Kestrel's spelling.</param>
    public void Spell(IReadOnlyList<KeyValuePair<string, string>>? fields) => _fields = fields;

    /// <inheritdoc />
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_fields is null)
        {
            Release();
            return inner.GetMemory(sizeHint);
        }

        MakeRoom(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_end);
    }

    /// <inheritdoc />
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_fields is not null)
            return GetMemory(sizeHint).Span;
        Release();
        return inner.GetSpan(sizeHint);
    }

    /// <inheritdoc />
    public override void Advance(int bytes)
    {
        // Kestrel writes on into the same memory after the head.
        if (_buffer is null)
        {
            inner.Advance(bytes);
            return;
        }

        _end += bytes;
        if (_fields is null || PassHead(_fields))
            Pass();
    }

    /// <inheritdoc />
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Release();
        presence.Sending();
        var flush = inner.FlushAsync(cancellationToken);
        if (!flush.IsCompleted)
            return WaitAsync(flush);
        presence.Sent();
        return flush;
    }

    /// <inheritdoc />
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <inheritdoc />
    public override void Complete(Exception? exception = null)
    {
        Release();
        inner.Complete(exception);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            return await flush;
        }
        finally
        {
            presence.Sent();
        }
    }

    /// <summary>Spells the head once it is whole; false means that more of it must come.</summary>
    private bool PassHead(IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        var bytes = _buffer.AsSpan(_passed, _end - _passed);
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        // 100 Continue may go first.
        if (bytes.StartsWith("HTTP/1.1 100"u8))
            return true;
        _fields = null;
        for (var lines = bytes[..(end + 2)]; !lines.IsEmpty; lines = lines[(lines.IndexOf((byte)'\n') + 1)..])
        {
            if (lines.IndexOfAny((byte)':', (byte)'\r') is var colon && lines[colon] == ':')
                Spell(lines[..colon], fields);
        }

        return true;
    }

    private static void Spell(Span<byte> name, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (!Ascii.EqualsIgnoreCase(name, fields[i].Key))
                continue;
            Ascii.FromUtf16(fields[i].Key, name, out _);
            return;
        }
    }

    private void Pass()
    {
        inner.Write(_buffer.AsSpan(_passed, _end - _passed));
        _passed = _end;
    }

    private void MakeRoom(int count)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        if (_buffer.Length - _end >= count)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _end + count));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Release()
    {
        if (_buffer is not { } buffer)
            return;
        Pass();
        (_buffer, _passed, _end) = (null, 0, 0);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
