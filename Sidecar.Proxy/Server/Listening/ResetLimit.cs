namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// How fast a client of HTTP/2 may open streams and reset them (CVE-2023-44487). Kestrel's own limits are reached later, when it is behind with what the streams have left, and some of the
/// connections that it ends for them never end inside it.
/// </summary>
/// <param name="streams">How many streams a connection may have open.</param>
/// <param name="time">The clock.</param>
internal sealed class ResetLimit(int streams, TimeProvider time)
{
    private const int HeadLength = 9;
    private const byte Reset = 3;

    // When a page is left or an application hangs, a client gives up all its streams at once, which are as many as may be open. Others take it a round trip, and their own time.
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private readonly byte[] _head = new byte[HeadLength];
    private int _headBytes;
    private int _skip = ProtocolSniffer.PrefaceLength;
    private int _resets;
    private long _since;

    /// <summary>How many streams may be reset within a tenth of a second.</summary>
    public int Max { get; } = streams * 3 / 2;

    /// <summary>Whether there were more.</summary>
    public bool IsExceeded => _resets > Max;

    /// <summary>Looks at what a client sends, each byte once.</summary>
    /// <param name="bytes">The next bytes.</param>
    /// <returns>Whether there were too many resets.</returns>
    public bool IsExceededBy(ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
        {
            for (var rest = piece.Span; rest.Length > 0;)
            {
                var count = Math.Min(rest.Length, _skip > 0 ? _skip : HeadLength - _headBytes);
                if (_skip > 0)
                    _skip -= count;
                else
                    Add(rest[..count]);
                rest = rest[count..];
            }
        }

        return IsExceeded;
    }

    private void Add(ReadOnlySpan<byte> head)
    {
        head.CopyTo(_head.AsSpan(_headBytes));
        _headBytes += head.Length;
        if (_headBytes < HeadLength)
            return;
        _headBytes = 0;
        _skip = (_head[0] << 16) | (_head[1] << 8) | _head[2];
        if (_head[3] != Reset)
            return;
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_since, now) > Window)
            (_since, _resets) = (now, 0);
        _resets++;
    }
}
