using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class AnswerProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true);

    private static readonly Gen<string> Name = Text("abcXYZ019-_!~", 1, 10);

    private static readonly Gen<string> Body = Text("\r\n\0 0123456789abcdefHTTP/1:;", 0, 60);

    private static readonly Gen<(int Status, string[] Fields)> Head =
        from status in Gen.Choose(200, 599)
        from fields in Gen.ArrayOf(from name in Name from value in Text("abc,;=\"\u00e9", 0, 20) select $"X-{name}: {value}")
        select (status, fields);

    private static readonly Gen<Answer> Answers =
        from head in Head
        from body in Body
        from size in Gen.Choose(0, 9)
        select new Answer(head.Status is 204 or 205 or 304 ? 200 : head.Status, head.Fields, body, size);

    [Fact]
    public void A_head_is_read_as_it_was_written() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Head), written =>
        {
            var bytes = Encoding.Latin1.GetBytes($"HTTP/1.1 {written.Status} Some reason\r\n{string.Concat(written.Fields.Select(field => field + "\r\n"))}\r\nrest");
            var head = new ResponseHead();
            // One byte more each time: nothing is taken for a head before it is one.
            for (var length = 0; length < bytes.Length - "rest".Length; length++)
            {
                if (head.TryRead(bytes, 0, length, out _, out var early) || early is not null)
                    return false;
            }

            return head.TryRead(bytes, 0, bytes.Length, out var consumed, out _) && consumed == bytes.Length - "rest".Length
                && head.StatusCode == written.Status && Enumerable.Range(0, head.Fields.Count).Select(index => $"{head.Fields.Name(index)}: {head.Fields.Value(index)}").SequenceEqual(written.Fields);
        }));

    [Fact]
    public void Any_bytes_are_a_head_or_an_error_or_not_enough() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Text("HTTP/1. 20\r\n:a\0\u00ff", 0, 60)), text =>
        {
            var bytes = Encoding.Latin1.GetBytes("HTTP/1.1 200" + text);
            var isHead = new ResponseHead().TryRead(bytes, 0, bytes.Length, out var consumed, out var error);
            return isHead ? error is null && consumed <= bytes.Length : error is not null || !text.Contains("\r\n\r\n", StringComparison.Ordinal);
        }));

    [Fact]
    public async Task Answers_reach_the_client_as_they_were_however_they_are_cut()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        RawConnection? connection = null;

        foreach (var (answer, cut) in Gen.Zip(Answers, Gen.Choose(1, 40)).Sample(100, 50))
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            connection ??= await app.AcceptedAsync();
            await connection.ReadHeadAsync();
            foreach (var piece in Encoding.Latin1.GetBytes(answer.ToString()).Chunk(cut))
                await connection.SendAsync(piece);

            var head = await client.ReadHeadAsync();
            head.ShouldStartWith($"HTTP/1.1 {answer.Status} Some reason\r\n");
            head.Split("\r\n").Where(line => line.StartsWith("X-", StringComparison.Ordinal) && !line.StartsWith("X-Request-Id", StringComparison.Ordinal)).ShouldBe(answer.Fields, ignoreOrder: true);
            (await ReadBodyAsync(client, head)).ShouldBe(answer.Body);
        }

        app.Accepted.ShouldBe(1);
    }

    private static async Task<string> ReadBodyAsync(RawConnection client, string head)
    {
        if (head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal)) is { } length)
            return await client.ReadExactlyAsync(int.Parse(length["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture));
        var body = "";
        while (true)
        {
            var size = Convert.ToInt32((await client.ReadThroughAsync("\r\n"))[..^2], 16);
            var chunk = await client.ReadExactlyAsync(size + 2);
            if (size == 0)
                return body;
            body += chunk[..size];
        }
    }

    private static Gen<string> Text(string alphabet, int least, int most) =>
        from length in Gen.Choose(least, most)
        from characters in Gen.ArrayOf(Gen.Elements(alphabet.ToCharArray()), length)
        select new string(characters);

    /// <summary>An answer with a length, or in chunks of a size.</summary>
    private sealed record Answer(int Status, string[] Fields, string Body, int ChunkSize)
    {
        public override string ToString() => $"HTTP/1.1 {Status} Some reason\r\n{string.Concat(Fields.Select(field => field + "\r\n"))}" + (ChunkSize == 0
            ? $"Content-Length: {Body.Length}\r\n\r\n{Body}"
            : $"Transfer-Encoding: chunked\r\n\r\n{string.Concat(Body.Chunk(ChunkSize).Select(chunk => $"{chunk.Length:x}\r\n{new string(chunk)}\r\n"))}0\r\n\r\n");
    }
}
