namespace Sidecar.Proxy.Http1;

/// <summary>
/// Follows a chunked body through buffers cut anywhere (RFC 9112, section 7.1), refusing what lenient parsers disagree about: bare
/// line feeds, sizes that overflow, extensions outside the grammar, anything but CRLF after a chunk.
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
        ExtensionSpace,
        NameStart,
        Name,
        NameEnd,
        ValueStart,
        Value,
        Quoted,
        QuotedPair,
        ValueEnd,
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

    /// <summary>Whether bare line feeds and white space behind a size are taken, as nginx does.</summary>
    public bool IsLenient { get; init; }

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
            var value = input[skip++];
            if (IsLenient && value == '\n' && _state is not (State.SizeEnd or State.DataLf or State.TrailerLf or State.EndLf))
                _state = Step((byte)'\r');
            _state = Step(value);
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
        >= State.ExtensionSpace and <= State.ValueEnd => ++_lineLength <= MaxLineLength ? Extension(value) : State.Bad,
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
            (byte)';' => State.NameStart,
            (byte)' ' or (byte)'\t' => State.ExtensionSpace,
            _ => State.Bad,
        };
    }

    // RFC 9112, section 7.1.1: *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ).
    private readonly State Extension(byte value)
    {
        if (_state == State.Quoted)
            return value == '"' ? State.ValueEnd : value == '\\' ? State.QuotedPair : IsText(value) ? State.Quoted : State.Bad;
        if (_state == State.QuotedPair)
            return IsText(value) ? State.Quoted : State.Bad;
        if (value is (byte)' ' or (byte)'\t')
        {
            return _state switch
            {
                State.Name or State.NameEnd => State.NameEnd,
                State.Value or State.ValueEnd => State.ExtensionSpace,
                _ => _state,
            };
        }

        if (value == ';')
            return _state is State.NameStart or State.ValueStart ? State.Bad : State.NameStart;
        if (value == '\r')
            return _state is State.Name or State.Value or State.ValueEnd || (IsLenient && _state == State.ExtensionSpace) ? State.SizeEnd : State.Bad;
        if (value == '=')
            return _state is State.Name or State.NameEnd ? State.ValueStart : State.Bad;
        if (value == '"')
            return _state == State.ValueStart ? State.Quoted : State.Bad;
        if (!HttpGrammar.IsToken([value]))
            return State.Bad;
        return _state switch
        {
            State.NameStart or State.Name => State.Name,
            State.ValueStart or State.Value => State.Value,
            _ => State.Bad,
        };
    }

    private static bool IsText(byte value) => value is (byte)'\t' or (>= 0x20 and not 0x7F);

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
