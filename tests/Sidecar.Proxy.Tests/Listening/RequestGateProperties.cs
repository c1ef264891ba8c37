using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FsCheck.Fluent;
using FsCheck;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding.Http1;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Listening;

public sealed class RequestGateProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true);

    private static readonly Gen<string> Token = Text("abcXYZ019-_!~", 1, 10);

    private static readonly Gen<string> Body = Text("\r\n\0 0123456789abcdefGET /:;", 0, 60);

    /// <summary>Requests as a client may send them: none, sized or chunked body, any headers.</summary>
    private static readonly Gen<string> Request =
        from method in Gen.Elements("GET", "POST", "PUT", "BREW")
        from path in Text("abc/%20?&=.;~", 0, 20)
        from headers in Gen.ListOf(from name in Token from value in Text("abc ,;=\"\t\u00e9", 0, 20) select $"X-{name}:{value}\r\n")
        from body in Body
        from kind in Gen.Choose(0, 2)
        from size in Gen.Choose(1, 9)
        from trailer in Gen.Elements("", "X-T: 1\r\n")
        select $"{method} /{path} HTTP/1.1\r\nHost: a\r\n{string.Concat(headers)}" + kind switch
        {
            0 => "\r\n",
            1 => $"Content-Length: {body.Length}\r\n\r\n{body}",
            _ => $"Transfer-Encoding: chunked\r\n\r\n{Chunks(body, size)}0\r\n{trailer}\r\n",
        };

    [Fact]
    public void Valid_requests_pass_unchanged_however_their_bytes_are_cut() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Gen.ListOf(Request)), Arb.From(Gen.Choose(1, 40)), (requests, size) =>
        {
            var bytes = Encoding.Latin1.GetBytes(string.Concat(requests));
            var (passed, refusal) = PassThrough(bytes, size);
            return refusal is null && passed.SequenceEqual(bytes);
        }));

    [Fact]
    public void Any_bytes_end_in_a_refusal_or_pass_and_never_hang() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Gen.ListOf(Gen.OneOf(Request, Text("GET / HTTP1.\r\nHost:a0;\0\u00ff", 0, 40)))), Arb.From(Gen.Choose(1, 40)), (pieces, size) =>
        {
            var bytes = Encoding.Latin1.GetBytes(string.Concat(pieces));
            var (passed, refusal) = PassThrough(bytes, size);
            // What passes before a refusal is what was sent, and whatever is refused is not in it.
            return refusal is not null || bytes.AsSpan().StartsWith(passed);
        }));

    [Fact]
    public void A_chunked_body_is_the_same_however_it_is_chunked_and_cut() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Body), Arb.From(Gen.Choose(1, 9)), Arb.From(Gen.Choose(1, 9)), (body, size, cut) =>
        {
            var decoder = default(ChunkedDecoder);
            var payload = new StringBuilder();
            var result = ChunkedDecoder.Result.More;
            foreach (var piece in Encoding.Latin1.GetBytes(Chunks(body, size) + "0\r\n\r\n").Chunk(cut))
            {
                var rest = piece.AsSpan();
                do
                {
                    result = decoder.Read(rest, out var skip, out var data);
                    payload.Append(Encoding.Latin1.GetString(rest.Slice(skip, data)));
                    rest = rest[(skip + data)..];
                }
                while (result == ChunkedDecoder.Result.Data && !rest.IsEmpty);
            }

            return result == ChunkedDecoder.Result.Done && payload.ToString() == body;
        }));

    private static Gen<string> Text(string alphabet, int least, int most) =>
        from length in Gen.Choose(least, most)
        from characters in Gen.ArrayOf(Gen.Elements(alphabet.ToCharArray()), length)
        select new string(characters);

    private static string Chunks(string body, int size) =>
        string.Concat(body.Chunk(size).Select(chunk => $"{chunk.Length:x}\r\n{new string(chunk)}\r\n"));

    /// <summary>Reads through a gate as Kestrel does, one message at a time, while the bytes come in pieces.</summary>
    private static (byte[] Passed, Refusal? Refusal) PassThrough(byte[] bytes, int size)
    {
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        var connection = new DefaultConnectionContext { Transport = new Duplex(pipe) };
        using var presence = new ClientPresence(connection, TimeSpan.FromSeconds(1), TimeProvider.System);
        using var gate = new RequestGate(connection, presence, new LimitOptions { MaxRequestHeaders = 1000 }, TimeProvider.System);
        var reading = ReadAsync(gate);
        foreach (var piece in bytes.Chunk(size))
            pipe.Writer.WriteAsync(piece).AsTask().Wait(Patience.Limit).ShouldBeTrue();
        pipe.Writer.Complete();
        reading.Wait(Patience.Limit).ShouldBeTrue("the gate hangs");
        return (reading.Result, gate.Refusal);
    }

    private static async Task<byte[]> ReadAsync(RequestGate gate)
    {
        var passed = new List<byte>();
        while (true)
        {
            var result = await gate.ReadAsync();
            if (gate.Refusal is not null)
                return [.. passed];
            passed.AddRange(result.Buffer.ToArray());
            gate.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return [.. passed];
        }
    }

    private sealed class Duplex(Pipe pipe) : IDuplexPipe
    {
        public PipeReader Input => pipe.Reader;

        public PipeWriter Output => pipe.Writer;
    }
}
