using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Tests.Http1;

public sealed class ChunkedDecoderProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true);

    [Fact]
    public void A_chunked_body_is_the_same_however_it_is_chunked_and_cut() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Text("\r\n\0 0123456789abcdefGET /:;", 0, 60)), Arb.From(Gen.Choose(1, 9)), Arb.From(Gen.Choose(1, 9)), (body, size, cut) =>
        {
            var chunks = string.Concat(body.Chunk(size).Select(chunk => $"{chunk.Length:x}\r\n{new string(chunk)}\r\n"));
            return Read(chunks + "0\r\n\r\n", cut) == (ChunkedDecoder.Result.Done, body);
        }));

    [Fact]
    public void Any_bytes_have_one_verdict_however_they_are_cut() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Text("01a;=\"\\ \t\r\n:x\u00e9\0", 0, 40)), Arb.From(Gen.Choose(1, 9)), (text, cut) => Read(text, cut) == Read(text, text.Length + 1)));

    private static (ChunkedDecoder.Result Result, string Payload) Read(string text, int cut)
    {
        var decoder = default(ChunkedDecoder);
        var payload = new StringBuilder();
        var result = ChunkedDecoder.Result.More;
        foreach (var piece in Encoding.Latin1.GetBytes(text).Chunk(cut))
        {
            var rest = piece.AsSpan();
            do
            {
                result = decoder.Read(rest, out var skip, out var data);
                payload.Append(Encoding.Latin1.GetString(rest.Slice(skip, data)));
                rest = rest[(skip + data)..];
            }
            while (result is ChunkedDecoder.Result.Data && !rest.IsEmpty);
            if (result is ChunkedDecoder.Result.Bad or ChunkedDecoder.Result.Done)
                break;
        }

        return (result == ChunkedDecoder.Result.Data ? ChunkedDecoder.Result.More : result, payload.ToString());
    }

    private static Gen<string> Text(string alphabet, int least, int most) =>
        from length in Gen.Choose(least, most)
        from characters in Gen.ArrayOf(Gen.Elements(alphabet.ToCharArray()), length)
        select new string(characters);
}
