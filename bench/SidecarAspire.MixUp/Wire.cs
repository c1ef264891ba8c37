using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SidecarAspire.MixUp;

/// <summary>A connection and what has been read of it.</summary>
internal sealed class Wire(Socket socket) : IDisposable
{
    private const int MaxHeadBytes = 16 * 1024;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Socket Socket { get; } = socket;

    /// <summary>Sends all of it.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await Socket.SendAsync(bytes)..];
    }

    /// <summary>Sends it in pieces.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, Random random)
    {
        while (bytes.Length > 0)
        {
            var count = random.Next(3) == 0 ? Math.Min(bytes.Length, 1 + random.Next(random.Next(2) == 0 ? 40 : 5_000)) : bytes.Length;
            await SendAsync(bytes[..count]);
            bytes = bytes[count..];
            if (bytes.Length > 0 && random.Next(4) == 0)
                await Task.Yield();
        }
    }

    /// <summary>Reads a head, without its empty line; null at the end of the connection.</summary>
    public async Task<string[]?> ReadHeadAsync()
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_end - _start > MaxHeadBytes)
                throw new MixUpException($"There is no head: '{Encoding.Latin1.GetString(_buffer, _start, 100)}'");
            if (await FillAsync())
                continue;
            return _end == _start ? null : throw new IOException("the connection ended within a head");
        }

        var lines = Encoding.Latin1.GetString(_buffer, _start, length).Split("\r\n");
        _start += length + 4;
        return lines;
    }

    /// <summary>Reads a body of a known length and checks it.</summary>
    public async Task CheckAsync(Content? content, long count, string where)
    {
        while (count > 0)
        {
            if (_start == _end && !await FillAsync())
                throw new IOException($"the connection ended within {where}");
            var part = (int)Math.Min(count, _end - _start);
            content?.Check(_buffer.AsSpan(_start, part), where);
            _start += part;
            count -= part;
        }
    }

    /// <summary>Reads a body in chunks and checks it and its trailer.</summary>
    public async Task<long> CheckChunksAsync(Content? content, string? name, string where)
    {
        var total = 0L;
        while (true)
        {
            var line = await ReadLineAsync();
            if (!int.TryParse(line.Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size))
                throw new MixUpException($"{where} of {name}: '{line}' is no chunk's size");
            if (size == 0)
                break;
            await CheckAsync(content, size, where);
            total += size;
            if (await ReadLineAsync() is { Length: > 0 } more)
                throw new MixUpException($"{where} of {name}: '{more}' is behind a chunk");
        }

        while (await ReadLineAsync() is { Length: > 0 } trailer)
        {
            if (name is not null && trailer != $"X-Mix-End: {name}")
                throw new MixUpException($"{where} of {name}: its trailer is '{trailer}'");
        }

        return total;
    }

    /// <summary>Reads to the end of the connection and checks it.</summary>
    public async Task<long> CheckToEndAsync(Content content, string where)
    {
        var total = 0L;
        do
        {
            content.Check(_buffer.AsSpan(_start, _end - _start), where);
            total += _end - _start;
            _start = _end;
        }
        while (await FillAsync());
        return total;
    }

    /// <summary>Whether the connection is at its end, and nothing more has come.</summary>
    public async Task<bool> IsAtEndAsync() => _start == _end && !await FillAsync();

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();

    private async Task<string> ReadLineAsync()
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
        {
            if (_end - _start > MaxHeadBytes)
                throw new MixUpException($"There is no line: '{Encoding.Latin1.GetString(_buffer, _start, 100)}'");
            if (!await FillAsync())
                throw new IOException("the connection ended within a line");
        }

        var line = Encoding.Latin1.GetString(_buffer, _start, length);
        _start += length + 2;
        return line;
    }

    private async Task<bool> FillAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = await Socket.ReceiveAsync(_buffer.AsMemory(_end));
        _end += count;
        return count > 0;
    }
}

/// <summary>Fields of a head.</summary>
internal static class Fields
{
    /// <summary>The only value of a field, or null.</summary>
    public static string? Of(this string[] head, string name)
    {
        string? value = null;
        foreach (var line in head.AsSpan(1))
        {
            if (line.Length <= name.Length || line[name.Length] != ':' || !line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (value is not null)
                throw new MixUpException($"There are two fields {name}: {string.Join(" | ", head)}");
            value = line[(name.Length + 1)..].Trim();
        }

        return value;
    }
}
