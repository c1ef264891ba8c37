using System.Text;
using Sidecar.Proxy.Http1;

namespace SidecarAspire.Fuzz;

/// <summary>The decoder of chunked bodies.</summary>
internal static class ChunkedBodyTarget
{
    public static readonly string[] Seeds =
    [
        "5\r\nhello\r\n0\r\n\r\n",
        "00a;x=y; z=\"q\\\" \u00e9\"\r\n0123456789\r\n0\r\nX-Trailer: 1\r\nY:\r\n\r\nGET",
        "3 ;a\r\nabc\r\nF\r\n",
        "1\nx\r\n0 \r\n\r\n",
    ];

    public static void Check(byte[] input)
    {
        var strict = Check(input, isLenient: false);
        Target.Hold(!strict.StartsWith("Done", StringComparison.Ordinal) || Check(input, isLenient: true) == strict, "What is right is read as something else by the lenient reader.");
        Check(input, isLenient: true);
    }

    private static string Check(byte[] input, bool isLenient)
    {
        var verdict = Target.Same(cut => Read(input, cut, isLenient, out _));
        Read(input, int.MaxValue, isLenient, out var trailers);
        var fields = new FieldReader(trailers);
        while (fields.Next())
            Target.CheckField(Encoding.ASCII.GetString(fields.Name), Encoding.Latin1.GetString(fields.Value));
        Target.Hold(fields.Error is null, "A trailer that was taken cannot be read.");
        return verdict;
    }

    private static string Read(byte[] input, int cut, bool isLenient, out byte[] trailers)
    {
        var decoder = new ChunkedDecoder { IsLenient = isLenient };
        var payload = new List<byte>();
        var result = ChunkedDecoder.Result.More;
        var position = 0;
        while (position < input.Length && result is not (ChunkedDecoder.Result.Bad or ChunkedDecoder.Result.Done))
        {
            var piece = input.AsSpan(position, Math.Min(cut, input.Length - position));
            while (!piece.IsEmpty)
            {
                result = decoder.Read(piece, out var skip, out var data);
                Target.Hold(skip >= 0 && data >= 0 && skip + data <= piece.Length, "It goes beyond the input.");
                payload.AddRange(piece.Slice(skip, data));
                position += skip + data;
                piece = piece[(skip + data)..];
                if (result != ChunkedDecoder.Result.Data)
                    break;
            }
        }

        trailers = result == ChunkedDecoder.Result.Done ? decoder.Trailers.ToArray() : [];
        var verdict = result == ChunkedDecoder.Result.Data ? ChunkedDecoder.Result.More : result;
        return $"{verdict} {position} {Convert.ToHexString(payload.ToArray())} {Convert.ToHexString(trailers)}";
    }
}
