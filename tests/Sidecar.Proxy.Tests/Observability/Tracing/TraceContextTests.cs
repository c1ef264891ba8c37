using Sidecar.Proxy.Tests.Server;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Tracing;

/// <summary>W3C Trace Context, Level 2: what its public test suite asks, and what its text says besides.</summary>
public sealed class TraceContextTests
{
    private const string Trace = "12345678901234567890123456789012";
    private const string Parent = "1234567890123456";
    private const string Valid = $"traceparent: 00-{Trace}-{Parent}-00";

    public static TheoryData<string, string> States => new()
    {
        { "foo=1,bar=2", "foo=1,bar=2" },
        { "foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3" },
        { "\t foo=1 \t", "foo=1" },
        { "foo=1,,bar=2, ,", "foo=1,bar=2" },
        { "foo=1|", "foo=1" },
        { "|foo=1", "foo=1" },
        { "foo=1,bar=2|rojo=1,congo=2|baz=3", "foo=1,bar=2,rojo=1,congo=2,baz=3" },
        { "foo=1,foo=2", "foo=1,foo=2" },
        { "foo@=1,foo@@bar=2,a@b@c=3,0=4", "foo@=1,foo@@bar=2,a@b@c=3,0=4" },
        { "abcdefghijklmnopqrstuvwxyz0123456789_-*/@=a", "abcdefghijklmnopqrstuvwxyz0123456789_-*/@=a" },
        { $"a= {Text(0x20, 0x2B)}{Text(0x2D, 0x3C)}{Text(0x3E, 0x7E)}", $"a= {Text(0x20, 0x2B)}{Text(0x2D, 0x3C)}{Text(0x3E, 0x7E)}" },
        { $"{new string('z', 256)}={new string('v', 256)}", $"{new string('z', 256)}={new string('v', 256)}" },
        { Members(32), Members(32) },
        { Members(32) + ",,", Members(32) },
    };

    [Theory]
    [InlineData($"00-{Trace}-{Parent}-01")]
    [InlineData($"cc-{Trace}-{Parent}-01")]
    [InlineData($"cc-{Trace}-{Parent}-01-what-the-future-will-be-like")]
    [InlineData($"01-{Trace}-{Parent}-01-")]
    [InlineData($"\t 00-{Trace}-{Parent}-01 \t")]
    public async Task A_trace_goes_on(string parent)
    {
        var (traces, _) = await PassAsync($"TraceParent: {parent}");

        traces.ShouldHaveSingleItem().ShouldMatch($"^00-{Trace}-(?!{Parent})[0-9a-f]{{16}}-01$");
    }

    [Theory]
    [InlineData($"00-{Trace}-{Parent}-01.")]
    [InlineData($"00-{Trace}-{Parent}-01-what-the-future-will-be-like")]
    [InlineData($"cc-{Trace}-{Parent}-01.what-the-future-will-be-like")]
    [InlineData($"cc-{Trace}-{Parent}-0")]
    [InlineData($"ff-{Trace}-{Parent}-01")]
    [InlineData($"ff-{Trace}-{Parent}-01-x")]
    [InlineData($".0-{Trace}-{Parent}-01")]
    [InlineData($"0.-{Trace}-{Parent}-01")]
    [InlineData($"000-{Trace}-{Parent}-01")]
    [InlineData($"0000-{Trace}-{Parent}-01")]
    [InlineData($"0-{Trace}-{Parent}-01")]
    [InlineData($"00-00000000000000000000000000000000-{Parent}-01")]
    [InlineData($"00-.2345678901234567890123456789012-{Parent}-01")]
    [InlineData($"00-1234567890123456789012345678901.-{Parent}-01")]
    [InlineData($"00-A2345678901234567890123456789012-{Parent}-01")]
    [InlineData($"00-{Trace}3-{Parent}-01")]
    [InlineData($"00-1234567890123456789012345678901-{Parent}-01")]
    [InlineData($"00-{Trace}-0000000000000000-01")]
    [InlineData($"00-{Trace}-.234567890123456-01")]
    [InlineData($"00-{Trace}-123456789012345.-01")]
    [InlineData($"00-{Trace}-{Parent}7-01")]
    [InlineData($"00-{Trace}-123456789012345-01")]
    [InlineData($"00-{Trace}-{Parent}-.0")]
    [InlineData($"00-{Trace}-{Parent}-0.")]
    [InlineData($"00-{Trace}-{Parent}-0A")]
    [InlineData($"00-{Trace}-{Parent}-001")]
    [InlineData($"00-{Trace}-{Parent}-1")]
    [InlineData($"00_{Trace}-{Parent}-01")]
    [InlineData($"00-{Trace}_{Parent}-01")]
    [InlineData($"00-{Trace}-{Parent}_01")]
    [InlineData($"cc-{Trace}-{Parent}-01x-")]
    [InlineData($"CC-{Trace}-{Parent}-01")]
    [InlineData($"00-{Trace}-{Parent}-01\r\ntraceparent: 00-{Trace}-{Parent}-01")]
    public async Task A_parent_that_is_not_one_begins_a_trace_with_a_random_id_and_no_state(string parent)
    {
        var (traces, states) = await PassAsync($"traceparent: {parent}", "tracestate: foo=1");

        traces.ShouldHaveSingleItem().ShouldMatch($"^00-(?!{Trace}|0{{32}})[0-9a-f]{{32}}-[0-9a-f]{{16}}-03$");
        states.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tracestate: foo=1")]
    [InlineData($"trace-parent: 00-{Trace}-{Parent}-01")]
    public async Task Without_a_parent_too(string header)
    {
        var (traces, states) = await PassAsync(header);

        traces.ShouldHaveSingleItem().ShouldMatch($"^00-(?!{Trace})[0-9a-f]{{32}}-[0-9a-f]{{16}}-03$");
        states.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("00", "00")]
    [InlineData("01", "01")]
    [InlineData("02", "02")]
    [InlineData("03", "03")]
    [InlineData("ff", "03")]
    [InlineData("fc", "00")]
    public async Task Of_the_flags_those_with_a_meaning_go_on(string flags, string passed)
    {
        var (traces, _) = await PassAsync($"traceparent: 00-{Trace}-{Parent}-{flags}");

        traces.ShouldHaveSingleItem().ShouldMatch($"^00-{Trace}-[0-9a-f]{{16}}-{passed}$");
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task State_goes_on_as_one_header_in_its_order(string lines, string passed)
    {
        var (traces, states) = await PassAsync([Valid, .. lines.Split('|', lines.Contains("foo", StringComparison.Ordinal) ? int.MaxValue : 1).Select(line => $"TraceState: {line}")]);

        traces.ShouldHaveSingleItem().ShouldStartWith($"00-{Trace}-");
        states.ShouldBe([passed]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("foo =1")]
    [InlineData("FOO=1")]
    [InlineData("foo.bar=1")]
    [InlineData("@foo=1,bar=2")]
    [InlineData("foo=bar=baz")]
    [InlineData("foo=,bar=3")]
    [InlineData("foo")]
    [InlineData("foo=a\tb")]
    [InlineData("foo=\u00e9")]
    [InlineData("LONG")]
    [InlineData("MANY")]
    public async Task Malformed_state_is_dropped_as_a_whole_and_the_trace_goes_on(string state)
    {
        var (traces, states) = await PassAsync(Valid, $"tracestate: {state switch { "LONG" => new string('z', 257) + "=1", "MANY" => Members(33), _ => state }}");

        traces.ShouldHaveSingleItem().ShouldStartWith($"00-{Trace}-");
        states.ShouldBeEmpty();
    }

    private static string Members(int count) => string.Join(',', Enumerable.Range(1, count).Select(number => $"bar{number}={number}"));

    private static string Text(int first, int last) => string.Concat(Enumerable.Range(first, last - first + 1).Select(value => (char)value));

    private static async Task<(IReadOnlyList<string> Traces, IReadOnlyList<string> States)> PassAsync(params string[] headers)
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            var head = await connection.ReadHeadAsync();
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {head.Length}\r\n\r\n{head}");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, new RecordedSpans());
        var answer = await sidecar.GetAsync("/", headers);
        var received = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return (received.FieldsOf("traceparent"), received.FieldsOf("tracestate"));
    }
}
