using System.Net;
using System.Net.Http.Headers;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Timeouts;

public sealed class TimeoutTests
{
    private const string Grpc = "POST /shop.Orders/Get HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 5\r\n";

    private readonly ManualTime _time = new();

    [Fact]
    public async Task An_attempts_time_stands_in_for_the_upstreams_and_includes_the_upload()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, "Sidecar:Upstream:ResponseTimeout=1s", "Sidecar:Resilience:Timeouts:Attempt=3s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("hello");
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(3));

        _time.Advance(TimeSpan.FromSeconds(2));
        await client.SendAsync("world");
        await connection.ReadThroughAsync("world");
        _time.Advance(TimeSpan.FromSeconds(1));

        (await client.ReadMessageAsync()).ShouldContain("Proxy-Status: sidecar; error=http_response_timeout");
    }

    [Fact]
    public async Task An_attempts_time_ends_with_the_head_of_the_answer()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, "Sidecar:Resilience:Timeouts:Attempt=3s");
        using var client = await sidecar.ConnectAsync();
        var connection = await HalfAnsweredAsync(client, app);

        _time.Advance(TimeSpan.FromSeconds(30));
        await connection.SendAsync("world");

        await client.ReadThroughAsync("world");
    }

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task A_connection_that_does_not_open_is_a_504_after_its_routes_own_time(string protocol)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(
            app.Url.Replace("http:", "https:", StringComparison.Ordinal), $"Sidecar:Upstream:Protocol={protocol}", "Sidecar:Resilience:Timeouts:Connect=2s",
            "Sidecar:Routes:0:Name=patient", "Sidecar:Routes:0:Match:PathPrefix=/patient", "Sidecar:Routes:0:Resilience:Timeouts:Connect=7s");

        foreach (var (path, seconds) in new[] { ("/", 2), ("/patient", 7) })
        {
            var exchange = sidecar.GetAsync(path);
            await app.AcceptedAsync();
            await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(seconds));
            _time.Advance(TimeSpan.FromSeconds(seconds));

            (await exchange).ShouldContain("error=connection_timeout");
        }
    }

    [Fact]
    public async Task A_request_has_one_time_for_all_its_attempts()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(
            app.Url, "Sidecar:Resilience:Timeouts:Attempt=3s", "Sidecar:Resilience:Timeouts:Total=5s", "Sidecar:Resilience:Retry:BaseDelay=0ms", "Sidecar:Resilience:Retry:MaxRetries=5");
        var exchange = sidecar.GetAsync();

        foreach (var seconds in new[] { 3, 2 })
        {
            await (await app.AcceptedAsync()).ReadHeadAsync();
            await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(seconds));
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }

        (await exchange).ShouldStartWith("HTTP/1.1 504");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.attempts"].ShouldBe(2);
    }

    [Fact]
    public async Task A_request_has_one_time_for_the_whole_of_its_answer()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, "Sidecar:Resilience:Timeouts:Total=5s");
        using var client = await sidecar.ConnectAsync();
        await HalfAnsweredAsync(client, app);

        _time.Advance(TimeSpan.FromSeconds(5));

        await client.EndsAsync();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("connection_read_timeout");
    }

    [Fact]
    public async Task A_route_says_otherwise_value_by_value_and_the_rest_is_inherited()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(
            app.Url, "Sidecar:Resilience:Timeouts:Attempt=3s", "Sidecar:Resilience:Timeouts:Total=40s",
            "Sidecar:Routes:0:Name=slow", "Sidecar:Routes:0:Match:PathPrefix=/slow", "Sidecar:Routes:0:Resilience:Timeouts:Attempt=50s");
        var exchange = sidecar.GetAsync("/slow");
        await (await app.AcceptedAsync()).ReadHeadAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(40));

        _time.Advance(TimeSpan.FromSeconds(40));

        (await exchange).ShouldStartWith("HTTP/1.1 504");
    }

    [Fact]
    public async Task A_clients_deadline_reaches_the_app_as_what_is_left_of_it()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(
            app.Url, "Sidecar:Resilience:Timeouts:Attempt=9s", "Sidecar:Resilience:Retry:MaxRetries=1", "Sidecar:Resilience:Retry:BaseDelay=0ms", "Sidecar:Resilience:Retry:Idempotent=true");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Grpc + "grpc-timeout: 12S\r\n\r\nhello");
        var first = await (await app.AcceptedAsync()).ReadHeadAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(9));

        _time.Advance(TimeSpan.FromSeconds(9));
        var connection = await app.AcceptedAsync();
        var second = await connection.ReadHeadAsync();
        await connection.SendAsync(Answers.Ok);
        await client.ReadMessageAsync();

        first.ShouldContain("\r\ngrpc-timeout: 9000000u\r\n", Case.Insensitive);
        second.ShouldContain("\r\ngrpc-timeout: 3000000u\r\n", Case.Insensitive);
    }

    [Fact]
    public async Task A_clients_deadline_ends_its_request()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, "Sidecar:Resilience:Timeouts:Total=1m");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Grpc + "grpc-timeout: 4S\r\n\r\nhello");
        await (await app.AcceptedAsync()).ReadThroughAsync("hello");
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(4));

        _time.Advance(TimeSpan.FromSeconds(4));

        var answer = await client.ReadMessageAsync();
        answer.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        answer.ShouldContain("\r\nContent-Type: application/grpc\r\n");
        answer.ShouldContain("\r\ngrpc-status: 4\r\n");
        answer.ShouldContain("\r\ngrpc-message: The application did not answer in time.\r\n");
        answer.ShouldContain("\r\nProxy-Status: sidecar; error=http_response_timeout\r\n");
        (await sidecar.Logs.NextAsync(typeof(FailureLog).FullName!)).Message.ShouldContain("failed with 504 after 4000 ms");
    }

    [Theory]
    [InlineData("Sidecar:Resilience:Timeouts:ClientDeadline=false", "4S")]
    [InlineData("Sidecar:Upstream:ResponseTimeout=7s", "4S")]
    [InlineData("Sidecar:Resilience:Timeouts:Total=1m", "4 seconds")]
    public async Task A_deadline_that_is_not_for_the_sidecar_passes_through(string setting, string deadline)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, setting);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Grpc + $"grpc-timeout: {deadline}\r\n\r\nhello");
        var connection = await app.AcceptedAsync();
        (await connection.ReadThroughAsync("hello")).ShouldContain($"\r\ngrpc-timeout: {deadline}\r\n", Case.Insensitive);

        _time.Advance(TimeSpan.FromSeconds(5));
        await connection.SendAsync(Answers.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Theory]
    [InlineData("application/grpc+proto", true)]
    [InlineData("application/grpc; x=y", true)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/json", false)]
    public async Task A_gRPC_client_is_told_of_a_failure_as_gRPC_tells_it(string contentType, bool isGrpc)
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}", "Sidecar:Upstream:Protocol=http2");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, sidecar.Url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } },
        };

        using var response = await http.SendAsync(request, Patience.Token());

        response.StatusCode.ShouldBe(isGrpc ? HttpStatusCode.OK : HttpStatusCode.BadGateway);
        response.Headers.Contains("grpc-status").ShouldBe(isGrpc);
        response.Headers.GetValues("Proxy-Status").ShouldBe(["sidecar; error=connection_refused"]);
        if (!isGrpc)
            return;
        response.Headers.GetValues("grpc-status").ShouldBe(["14"]);
        (await response.Content.ReadAsByteArrayAsync(Patience.Token())).ShouldBeEmpty();
        response.TrailingHeaders.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_app_that_speaks_HTTP_2_has_the_same_times()
    {
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            asked.TrySetResult(context.Request.Headers["grpc-timeout"].ToString());
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var sidecar = await StartAsync(app.Url, "Sidecar:Upstream:Protocol=http2", "Sidecar:Resilience:Timeouts:Attempt=3s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Grpc + "grpc-timeout: 12S\r\n\r\nhello");
        (await asked.Task.WaitAsync(Patience.Token())).ShouldBe("3000000u");
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(3));

        _time.Advance(TimeSpan.FromSeconds(3));

        (await client.ReadMessageAsync()).ShouldContain("grpc-status: 4");
    }

    /// <summary>Asks the app, whose answer has come half of its way to the client.</summary>
    private static async Task<RawConnection> HalfAnsweredAsync(RawConnection client, ScriptedApp app)
    {
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        await client.ReadThroughAsync("hello");
        return connection;
    }

    private Task<RunningSidecar> StartAsync(string target, params string[] settings) =>
        RunningSidecar.StartAsync(target, _time.Drive, settings);
}
