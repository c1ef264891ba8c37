using System.Net;
using System.Text;
using System.Text.Json;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Requests;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Tests.Observability.AccessLogging;

public sealed class AccessLogFormatTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 21, 5, 15, 30, 123, TimeSpan.Zero);

    public static TheoryData<string> Formats => ["line", "json", "clf"];

    [Fact]
    public void The_line_is_the_contracts() => Write("line", Request("/orders/7")).ShouldBe("legacy - http://app:8080 - /orders/7 - 1795238130123");

    [Fact]
    public void A_request_that_reached_no_target_has_a_dash() =>
        Write("line", Request("/x", target: null)).ShouldBe("legacy - - - /x - 1795238130123");

    [Fact]
    public void Clf_has_a_dash_for_no_bytes_and_499_for_a_client_that_left()
    {
        var request = Request("/x");
        (request.StatusCode, request.BytesSent, request.Error) = (0, 0, ProxyError.ClientDisconnected);

        Write("clf", request).ShouldBe("192.0.2.7 - - [21/Nov/2026:05:15:30 +0000] \"GET /x?q=1 HTTP/1.1\" 499 -");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_a_client_sends_can_neither_end_a_line_nor_a_field(string format)
    {
        var line = Write(format, Request("/a\r\nlegacy - forged\"\\\u0001ü"));

        line.ShouldNotContain('\n');
        line.ShouldNotContain('\r');
        line.ShouldNotContain('\u0001');
        if (format == "json")
            JsonDocument.Parse(line).RootElement.GetProperty("url.path").GetString().ShouldBe("/a\r\nlegacy - forged\"\\\u0001ü");
        else
            line.ShouldContain(@"/a\x0D\x0Alegacy - forged\x22\x5C\x01\xFC");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Writing_a_request_allocates_nothing(string format)
    {
        var (writer, request) = (Writer(format), Request("/orders/7"));
        using var output = new Utf8Builder();

        // The runtime itself allocates now and then while it optimizes, so what counts is the leanest of several rounds.
        Enumerable.Range(0, 10).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Repeat(1000);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }).ShouldBe(0);

        void Repeat(int count)
        {
            for (var i = 0; i < count; i++)
            {
                output.Clear();
                writer.Write(request, "legacy", output);
            }
        }
    }

    private static IAccessLogFormat Writer(string format) => format switch
    {
        "line" => new LineFormat(),
        "clf" => new ClfFormat(),
        _ => new JsonFormat(),
    };

    private static string Write(string format, RequestRecord request)
    {
        using var output = new Utf8Builder();
        Writer(format).Write(request, "legacy", output);
        return Encoding.UTF8.GetString(output.Written);
    }

    private static RequestRecord Request(string path, string? target = "http://app:8080") => new()
    {
        Method = "GET",
        Scheme = "http",
        Host = "shop.example",
        Path = path,
        Query = "?q=1",
        ProtocolVersion = "1.1",
        ClientAddress = IPAddress.Parse("::ffff:192.0.2.7"),
        ClientPort = 50000,
        UserAgent = "tests",
        RequestId = "r-1",
        Time = Time,
        Target = target is null ? null : new Cluster(null, new UpstreamOptions { Targets = [target] }).Targets[0],
        UpstreamAddress = new IPEndPoint(IPAddress.Loopback, 8080),
        StatusCode = 200,
        BytesSent = 42,
        Attempts = 1,
        Duration = TimeSpan.FromMilliseconds(1.5),
        TimeToFirstByte = TimeSpan.FromMilliseconds(1.25),
        Trace = new(System.Diagnostics.ActivityTraceId.CreateRandom(), System.Diagnostics.ActivitySpanId.CreateRandom(), default),
    };
}
