using System.Buffers;

namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>
/// Follows a chunked body through buffers cut anywhere (RFC 9112, section 7.1), refusing what lenient parsers disagree about: bare
/// line feeds, sizes that overflow, space or control bytes around extensions, anything but CRLF after a chunk.
/// </summary>
internal struct ChunkedDecoder
{
    private const int MaxLineLength = 512;
    private const int MaxTrailerLength = 16 * 1024;

    private State _state;
    private long _remaining;
    private int _digits;
    private int _lineLength;
    private int _held;
    private ArrayBufferWriter<byte>? _trailers;

    private enum State : byte
    {
        Size,
        Extension,
        SizeEnd,
        Data,
        DataCr,
        DataLf,
        TrailerStart,
        Trailer,
        TrailerLf,
        EndLf,
        Done,
        Bad,
    }

    /// <summary>What a step led to.</summary>
    public enum Result : byte
    {
        /// <summary>The buffer is used up; more is needed.</summary>
        More,

        /// <summary>Payload follows.</summary>
        Data,

        /// <summary>The body is complete.</summary>
        Done,

        /// <summary>The framing is wrong.</summary>
        Bad,
    }

    /// <summary>The trailer section's lines, complete once the body is.</summary>
    public readonly ReadOnlySpan<byte> Trailers => _trailers is null ? default : _trailers.WrittenSpan;

    /// <summary>How many bytes of framing at the end of what was read are not complete: a size line, or the trailers.</summary>
    public readonly int Held => _held;

    /// <summary>Takes the next step.</summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="skip">How many bytes of framing to leave behind.</param>
    /// <param name="data">How many bytes of payload follow them.</param>
    /// <returns>What the step led to.</returns>
    public Result Read(ReadOnlySpan<byte> input, out int skip, out int data)
    {
        data = 0;
        for (skip = 0; skip < input.Length;)
        {
            if (_state == State.Data)
            {
                data = (int)Math.Min(_remaining, input.Length - skip);
                _remaining -= data;
                if (_remaining == 0)
                    _state = State.DataCr;
                return Result.Data;
            }

            if (_state is State.Done or State.Bad)
                break;
            _state = Step(input[skip++]);
            _held = _state is State.Data or State.Done || (_state == State.Size && _digits == 0) ? 0 : _held + 1;
        }

        return _state switch
        {
            State.Done => Result.Done,
            State.Bad => Result.Bad,
            _ => Result.More,
        };
    }

    private State Step(byte value) => _state switch
    {
        State.Size => Size(value),
        State.Extension => Extension(value),
        State.SizeEnd => value != '\n' ? State.Bad : AfterSize(),
        State.DataCr => value == '\r' ? State.DataLf : State.Bad,
        State.DataLf => value == '\n' ? NextSize() : State.Bad,
        State.TrailerStart => value == '\r' ? State.EndLf : Trailer(value),
        State.Trailer => Trailer(value),
        State.TrailerLf => value == '\n' ? EndTrailer(value) : State.Bad,
        State.EndLf => value == '\n' && HasGoodTrailers() ? State.Done : State.Bad,
        _ => State.Bad,
    };

    private State Size(byte value)
    {
        var digit = HexValue(value);
        if (digit >= 0)
        {
            // 15 digits cannot overflow; more than that is an attack.
            if (++_digits > 15)
                return State.Bad;
            _remaining = (_remaining << 4) + digit;
            return State.Size;
        }

        if (_digits == 0)
            return State.Bad;
        return value switch
        {
            (byte)'\r' => State.SizeEnd,
            (byte)';' => State.Extension,
            _ => State.Bad,
        };
    }

    private State Extension(byte value)
    {
        if (value == '\r')
            return State.SizeEnd;
        return value is >= 0x20 and < 0x7F && ++_lineLength <= MaxLineLength ? State.Extension : State.Bad;
    }

    private readonly State AfterSize() => _remaining == 0 ? State.TrailerStart : State.Data;

    private State NextSize()
    {
        (_remaining, _digits, _lineLength) = (0, 0, 0);
        return State.Size;
    }

    private State Trailer(byte value)
    {
        _trailers ??= new ArrayBufferWriter<byte>(256);
        if (_trailers.WrittenCount >= MaxTrailerLength || value == '\n')
            return State.Bad;
        _trailers.Write([value]);
        return value == '\r' ? State.TrailerLf : State.Trailer;
    }

    private readonly State EndTrailer(byte value)
    {
        _trailers!.Write([value]);
        return State.TrailerStart;
    }

    private readonly bool HasGoodTrailers()
    {
        var fields = new FieldReader(Trailers);
        while (fields.Next())
        {
        }

        return fields.Error is null;
    }

    private static int HexValue(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        _ => -1,
    };
}
