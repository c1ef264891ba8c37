using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Requests;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class FailureLogTests
{
    private static readonly string Category = typeof(FailureLog).FullName!;

    public static TheoryData<string, string, string> Misdeeds => new()
    {
        // What it says, the kind of failure, what is told of it.
        { "", "connection_terminated", "failed with 502" },
        { "garbage\r\n\r\n", "http_protocol_error", "failed with 502" },
        { "HTTP/1.1 200 OK\r\nContent-Le", "http_response_incomplete", "failed with 502" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "http_protocol_error", "failed with 502" },
        { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "http_protocol_error", "failed with 502" },
        { "HTTP/1.1 200 OK\r\nX: " + new string('x', 100_000) + "\r\n\r\n", "http_response_header_section_size", "failed with 502" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + new string('x', 70_000), "http_response_incomplete", "was cut off by the application during the response, status 200," },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n" + new string('x', 70_000) + "\r\nno chunk\r\n", "http_protocol_error", "was cut off by the application during the response, status 200," },
    };

    [Theory]
    [MemberData(nameof(Misdeeds))]
    public async Task An_app_that_misbehaves_is_one_line_and_never_a_stack_trace(string answer, string kind, string told)
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(answer);
            connection.Dispose();
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST /orders/7?token=secret HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");

        await ShouldTellOnceAsync(sidecar, LogLevel.Warning, $"^POST /orders/7 to {app.Url} {told} after [0-9]+ ms: {kind}, [^\n]+$");
    }

    [Fact]
    public async Task An_app_that_resets_the_connection_is_one_line()
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadHeadAsync();
            connection.Reset();
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");

        await ShouldTellOnceAsync(sidecar, LogLevel.Warning, "^POST / to .* failed with 502 after [0-9]+ ms: connection_terminated, ");
    }

    [Fact]
    public async Task An_app_that_does_not_speak_tls_is_one_line()
    {
        await using var app = ScriptedApp.Serving(async connection => await connection.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n" + await connection.ReadExactlyAsync(1)));
        await using var sidecar = await RunningSidecar.StartAsync(app.Url.Replace("http:", "https:"));

        await sidecar.GetAsync("/x");

        await ShouldTellOnceAsync(sidecar, LogLevel.Warning, "^GET /x to https://.* failed with 502 after [0-9]+ ms: tls_protocol_error, ");
    }

    [Fact]
    public async Task A_client_that_leaves_is_one_line_of_information()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using (var client = await sidecar.ConnectAsync())
        {
            await client.SendAsync("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            await (await app.AcceptedAsync()).ReadHeadAsync();
            client.Reset();
        }

        await ShouldTellOnceAsync(sidecar, LogLevel.Information, "^GET /x to .* was cancelled by the client after [0-9]+ ms, before a response: client_disconnected, ");
    }

    [Theory]
    [InlineData("Content-Length: 100", "hello")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello\r\n")]
    public async Task A_client_that_leaves_an_answer_half_read_is_named_as_who_ended_it(string framing, string start)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using (var client = await sidecar.ConnectAsync())
        {
            await client.SendAsync("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            var connection = await app.AcceptedAsync();
            await connection.ReadHeadAsync();
            await connection.SendAsync($"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n{start}");
            await client.ReadThroughAsync("hello");
            client.Reset();
        }

        await ShouldTellOnceAsync(sidecar, LogLevel.Information, "^GET /x to .* was cut off by the client during the response, status 200, after [0-9]+ ms: client_disconnected, ");
    }

    [Fact]
    public async Task A_cancelled_stream_of_HTTP_2_is_the_clients_doing()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, sidecar.Url + "/x") { Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var sending = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Patience.Token());
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");

        (await sending).Dispose();

        await ShouldTellOnceAsync(sidecar, LogLevel.Information, "^GET /x to .* was cut off by the client during the response, status 200, after [0-9]+ ms: client_disconnected, ");
    }

    [Fact]
    public async Task An_answer_that_stops_is_broken_off_by_the_sidecar()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:IdleTimeout=50ms");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");

        await ShouldTellOnceAsync(sidecar, LogLevel.Warning, "^GET /x to .* was cut off by the sidecar during the response, status 200, after [0-9]+ ms: connection_read_timeout, ");
    }

    [Fact]
    public async Task A_request_that_is_not_http_is_one_line_of_information()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");

        await ShouldTellOnceAsync(sidecar, LogLevel.Information, "^[^ ]+ [^ ]+ to - failed with 400 after [0-9]+ ms: http_request_error, ");
    }

    [Fact]
    public async Task A_fault_of_the_sidecars_own_is_one_line_and_a_500()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", builder => builder.Services.AddSingleton<IRequestFilter, ThrowingFilter>());

        (await sidecar.GetAsync("/x")).ShouldContain("Proxy-Status: sidecar; error=proxy_internal_error");

        await ShouldTellOnceAsync(sidecar, LogLevel.Error, "^GET /x to - failed with 500 after [0-9]+ ms: proxy_internal_error, InvalidOperationException: one two$");
        // Every other test would fail for it.
        Should.Throw<ShouldAssertException>(sidecar.Logs.Blame.ShouldBeNobodys);
        sidecar.Logs.Blame.IsExpected = true;
    }

    [Fact]
    public void Exported_warnings_have_no_stack_trace_and_errors_do()
    {
        var exported = new List<(LogLevel Level, bool HasStack, string Attributes)>();
        using var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options => options
            .AddProcessor(new StackTraceFilter())
            .AddProcessor(new SimpleLogRecordExportProcessor(new Exporter(exported)))));
        var logger = factory.CreateLogger("test");
        var exception = new InvalidOperationException("boom");

#pragma warning disable CA1848 // It is the record that is under test.
        logger.LogWarning(exception, "careful");
        logger.LogError(exception, "bad");
#pragma warning restore CA1848

        exported[0].ShouldBe((LogLevel.Warning, false, "{OriginalFormat}=careful,exception.type=System.InvalidOperationException,exception.message=boom"));
        exported[1].ShouldBe((LogLevel.Error, true, "{OriginalFormat}=bad"));
    }

    private static async Task ShouldTellOnceAsync(RunningSidecar sidecar, LogLevel level, string pattern)
    {
        await sidecar.AccessLog.NextAsync();
        await sidecar.StopAsync();
        var told = sidecar.Logs.Drain().Where(record => record.Level >= LogLevel.Information).ToList();
        told.ShouldAllBe(record => record.Exception == null && !record.Message.Contains('\n') && !record.Message.Contains("   at "));
        var line = told.Where(record => record.Category == Category).ShouldHaveSingleItem();
        line.Level.ShouldBe(level);
        line.Message.ShouldMatch(pattern);
        told.Where(record => record.Level >= LogLevel.Warning && record.Category != Category).ShouldBeEmpty();
    }

    private sealed class Exporter(List<(LogLevel Level, bool HasStack, string Attributes)> exported) : BaseExporter<LogRecord>
    {
        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var record in batch)
                exported.Add((record.LogLevel, record.Exception is not null, string.Join(',', record.Attributes!.Select(pair => $"{pair.Key}={pair.Value}"))));
            return ExportResult.Success;
        }
    }

    private sealed class ThrowingFilter : IRequestFilter
    {
        public RequestHandler Apply(RequestHandler next, SidecarOptions options) => _ => throw new InvalidOperationException("one\ntwo");
    }
}
