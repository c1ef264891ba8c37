using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Direct;
using Sidecar.Proxy.Forwarding.Http1;
using Sidecar.Proxy.Listening;

namespace Sidecar.Proxy.Tests.Direct;

/// <summary>The direct way reads for itself what others read strictly: it must never be the more forgiving one.</summary>
public sealed class DirectProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true);

    private static readonly Gen<string> Line = Gen.Elements(
        "Host: a", "Host: b", "Host:", "Host: a b", "Content-Length: 0", "Content-Length: 3", "Content-Length: +3", "Content-Length: 3, 3", "Transfer-Encoding: chunked",
        "Connection: close", "Connection: keep-alive", "Connection: X-A", "X-A: 1", "X-A : 1", " folded", "X-B:\u00e9", "X-C: \0", "User-Agent: u", "traceparent: t",
        "Keep-Alive: timeout=5", "Date: d", "no colon", "Expect: 100-continue", "Upgrade: h2c", "Forwarded: for=x", "X-Request-Id: r");

    private static readonly Gen<string> Ending = Gen.Frequency((20, Gen.Constant("\r\n")), (1, Gen.Constant("\n")), (1, Gen.Constant("\r\r\n")));

    private static readonly Gen<string> Section =
        from lines in Gen.ListOf(from line in Line from end in Ending select line + end)
        select string.Concat(lines);

    [Fact]
    public void What_goes_the_direct_way_passes_the_strict_check_whole() =>
        Check.One(Runs, Prop.ForAll(Arb.From(
            from line in Gen.Elements("GET / HTTP/1.1", "GET /a?b HTTP/1.1", "POST /x HTTP/1.1", "GET /a#b HTTP/1.1", "GET  / HTTP/1.1", "GET / HTTP/1.0", "GET http://a/ HTTP/1.1", "get / HTTP/1.1")
            from host in Gen.Elements("Host: h\r\n", "")
            from section in Section
            from body in Gen.Elements("", "a", "abc", "abcd")
            select $"{line}\r\n{host}{section}\r\n{body}"), text =>
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            var direct = new DirectRequest();
            if (!direct.TryRead(bytes, new LimitOptions(), isTrusted: false))
                return true;
            var strict = new RequestHead();
            return strict.Read(bytes.AsSpan(0, direct.HeadLength), new LimitOptions()) is null
                && strict.Target == direct.Path + direct.Query && strict.Method == direct.Method
                && direct.Length == bytes.Length && direct.HeadLength + strict.ContentLength == bytes.Length + direct.MissingLength && direct.MissingLength >= 0;
        }));

    [Fact]
    public void An_answer_is_read_as_the_pipeline_reads_it() =>
        Check.One(Runs, Prop.ForAll(Arb.From(
            from line in Gen.Elements("HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 204 No", "HTTP/1.1 099 x", "HTTP/2 200", "HTTP/1.1 304")
            from section in Section
            select $"{line}\r\n{section}\r\nrest"), text =>
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            var (one, other) = (new ResponseHead(), new ResponseHead());
            var direct = new DirectAnswer().TryRead(bytes, one, out var consumed, out var error);
            var strict = ResponseParser.TryParse(bytes, other, out var expected, out var refusal);
            return direct == strict && (error is null) == (refusal is null)
                && (!strict || (consumed == expected && one.StatusCode == other.StatusCode && one.ContentLength == other.ContentLength && one.IsChunked == other.IsChunked
                    && one.IsPersistent == other.IsPersistent && one.KeepAliveTimeout == other.KeepAliveTimeout));
        }));
}
