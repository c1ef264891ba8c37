using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Tests.Http1;

public sealed class RequestHeadProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(1000).WithQuietOnSuccess(true);

    private static readonly HeadLimits Limits = new(60, 300, 8);

    private static readonly Gen<string> Line = Gen.Elements(
        "Host: a", "Host: b", "Host:", "Host: a b", "Content-Length: 0", "Content-Length: 3", "Content-Length: +3", "Content-Length: 3, 3", "Transfer-Encoding: chunked",
        "Connection: close", "Connection: keep-alive", "Connection: X-A", "X-A: 1", "X-A : 1", " folded", "X-B:\u00e9", "X-C: \0", "User-Agent: u", "traceparent: t",
        "Keep-Alive: timeout=5", "Date: d", "no colon", "Expect: 100-continue", "Upgrade: h2c", "Forwarded: for=x", "X-Request-Id: r", "X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    private static readonly Gen<string> Ending = Gen.Frequency((20, Gen.Constant("\r\n")), (1, Gen.Constant("\n")), (1, Gen.Constant("\r\r\n")));

    private static readonly Gen<string> Head =
        from line in Gen.Elements(
            "GET / HTTP/1.1", "GET /a?b HTTP/1.1", "POST /x HTTP/1.1", "GET /a#b HTTP/1.1", "GET  / HTTP/1.1", "GET / HTTP/1.0", "GET http://a/ HTTP/1.1", "get / HTTP/1.1", "OPTIONS * HTTP/1.1",
            "GET / HTTP/2.0", new string('a', 90) + "\u0001 / HTTP/1.1", "GET /%00 HTTP/1.1", "\u0016\u0003\u0001", "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1")
        from ending in Ending
        from host in Gen.Elements("Host: h\r\n", "")
        from lines in Gen.ListOf(from line in Line from end in Ending select line + end)
        select $"{line}{ending}{host}{string.Concat(lines)}\r\nbody";

    [Fact]
    public void The_verdict_does_not_depend_on_how_the_bytes_are_cut() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Head), Arb.From(Gen.Choose(1, 40)), (text, size) =>
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            return Read(bytes, bytes.Length) == Read(bytes, size);
        }));

    [Fact]
    public void What_is_read_is_what_was_sent() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Head), text =>
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            var head = new RequestHead();
            head.Begin(bytes);
            if (head.Read(bytes, Limits, out var isWhole) is not null || !isWhole)
                return true;
            var lines = text[..(head.Length - 4)].Split("\r\n");
            return lines[0] == $"{head.Method} {head.Target} {head.Protocol}" && head.Path + head.Query == head.OriginForm
                && Enumerable.Range(0, head.Fields.Count).Select(index => head.Fields.Line(index)).Select(line => text[line.Start..line.End]).SequenceEqual(lines.Skip(1).Select(line => line + "\r\n"))
                && Enumerable.Range(0, head.Fields.Count).All(index => head.Fields.Name(index) == lines[index + 1].Split(':')[0]);
        }));

    private static string Read(byte[] bytes, int size)
    {
        var head = new RequestHead();
        head.Begin(bytes);
        for (var length = Math.Min(size, bytes.Length); ; length = Math.Min(length + size, bytes.Length))
        {
            var rejection = head.Read(bytes.AsSpan(0, length), Limits, out var isWhole);
            if (rejection is not null)
                return $"{rejection.StatusCode} {rejection.Reason}";
            if (isWhole)
                return $"{head.Method} {head.OriginForm} {head.Protocol} {head.Host} {head.Framing} {head.ContentLength} {head.KeepsConnection} {head.Length}";
            if (length == bytes.Length)
                return "more";
        }
    }
}
