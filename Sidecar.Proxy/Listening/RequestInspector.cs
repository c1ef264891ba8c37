using System.Buffers;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding.Http1;

namespace Sidecar.Proxy.Listening;

/// <summary>Follows HTTP/1 messages through a connection's bytes, and says how many of them belong to the current one and may be used.</summary>
/// <param name="limits">What is allowed.</param>
internal sealed class RequestInspector(LimitOptions limits)
{
    private ChunkedDecoder _decoder;
    private Phase _phase = Phase.Head;
    private long _seen;
    private long _remaining;

    private enum Phase
    {
        /// <summary>A head is awaited.</summary>
        Head,

        /// <summary>A sized body passes.</summary>
        Length,

        /// <summary>A chunked body passes.</summary>
        Chunked,

        /// <summary>The message has passed.</summary>
        Complete,
    }

    /// <summary>The current message's head, as far as it could be read.</summary>
    public RequestHead Head { get; } = new();

    /// <summary>Why the current message is refused, or null.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>How many bytes at the buffer's start are known to be the current message's, and correct.</summary>
    public long Allowed { get; private set; }

    /// <summary>Whether the current message has come to its end.</summary>
    public bool IsComplete => _phase == Phase.Complete;

    /// <summary>Whether the current message's head is still awaited.</summary>
    public bool IsHeadAwaited => _phase == Phase.Head;

    /// <summary>Whether some of the current message's body has still to come.</summary>
    public bool IsBodyAwaited => _phase is Phase.Length or Phase.Chunked;

    /// <summary>The last message has been used up; the next one begins.</summary>
    public void BeginMessage() => _phase = Phase.Head;

    /// <summary>Bytes at the buffer's start have been used up.</summary>
    /// <param name="count">How many.</param>
    public void Consume(long count)
    {
        _seen -= count;
        Allowed -= count;
    }

    /// <summary>Refuses the current message.</summary>
    /// <param name="refusal">Why.</param>
    public void Refuse(Refusal refusal) => Refusal = refusal;

    /// <summary>Follows the message as far as it has come.</summary>
    /// <param name="buffer">All that has not been used up.</param>
    public void Inspect(ReadOnlySequence<byte> buffer)
    {
        if (_phase == Phase.Head && !InspectHead(buffer))
            return;
        if (_phase == Phase.Length)
            InspectLength(buffer.Length - _seen);
        else if (_phase == Phase.Chunked)
            InspectChunks(buffer.Slice(Math.Min(_seen, buffer.Length)));
    }

    private bool InspectHead(ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsEmpty)
            return false;

        byte[]? rented = null;
        var most = (int)Math.Min(buffer.Length, limits.MaxRequestHeadBytes + 4);
        ReadOnlySpan<byte> bytes;
        if (buffer.FirstSpan.Length >= most)
        {
            bytes = buffer.FirstSpan[..most];
        }
        else
        {
            rented = ArrayPool<byte>.Shared.Rent(most);
            buffer.Slice(0, most).CopyTo(rented);
            bytes = rented.AsSpan(0, most);
        }

        var complete = InspectHead(bytes);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return complete;
    }

    private bool InspectHead(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            RefusePartialHead(bytes);
            return false;
        }

        Refusal = Head.Read(bytes[..(end + 4)], limits);
        if (Refusal is not null)
            return false;
        _seen = Allowed = end + 4;
        _phase = Head.Framing switch
        {
            BodyFraming.Length => Phase.Length,
            BodyFraming.Chunked => Phase.Chunked,
            _ => Phase.Complete,
        };
        (_remaining, _decoder) = (Head.ContentLength, default);
        return true;
    }

    private void RefusePartialHead(ReadOnlySpan<byte> bytes)
    {
        for (var rest = bytes; ;)
        {
            var feed = rest.IndexOf((byte)'\n');
            if (feed < 0)
                break;
            // The first byte of the rest follows a line feed or nothing; neither makes it a CRLF.
            if (feed == 0 || rest[feed - 1] != '\r')
            {
                Refusal = new(StatusCodes.Status400BadRequest, "a line does not end in CRLF");
                return;
            }

            rest = rest[(feed + 1)..];
        }

        if (bytes.Length > limits.MaxRequestHeadBytes)
            Refusal = new(StatusCodes.Status431RequestHeaderFieldsTooLarge, "the head is too large");
        else if (bytes.Length > limits.MaxRequestLineBytes && bytes.IndexOf((byte)'\n') < 0)
            Refusal = new(StatusCodes.Status414UriTooLong, "the request line is too long");
    }

    private void InspectLength(long available)
    {
        var taken = Math.Min(_remaining, available);
        _remaining -= taken;
        _seen = Allowed += taken;
        if (_remaining == 0)
            _phase = Phase.Complete;
    }

    private void InspectChunks(ReadOnlySequence<byte> buffer)
    {
        foreach (var segment in buffer)
        {
            var bytes = segment.Span;
            while (true)
            {
                var result = _decoder.Read(bytes, out var skip, out var data);
                _seen += skip + data;
                Allowed = _seen - _decoder.Held;
                bytes = bytes[(skip + data)..];
                if (result == ChunkedDecoder.Result.Data)
                    continue;
                if (result == ChunkedDecoder.Result.More)
                    break;
                if (result == ChunkedDecoder.Result.Done)
                    _phase = Phase.Complete;
                else
                    Refusal = new(StatusCodes.Status400BadRequest, "a chunk is not framed as it must be");
                return;
            }
        }
    }
}
