using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Admin;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Admin;

public sealed class AdminEndpointsTests
{
    [Fact]
    public async Task Liveness_never_depends_on_the_app()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}");

        (await GetAsync(sidecar, "/livez")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Readiness_follows_the_app()
    {
        var port = FreePort.Next();
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{port}");
        (await GetAsync(sidecar, "/readyz")).ShouldBe(HttpStatusCode.ServiceUnavailable);

        await using var app = ScriptedApp.Start(port);

        (await GetAsync(sidecar, "/readyz")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nothing_else_is_answered_and_nothing_forwarded()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        (await GetAsync(sidecar, "/orders")).ShouldBe(HttpStatusCode.NotFound);

        app.Accepted.ShouldBe(0);
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Readiness_can_ask_a_path_of_the_apps()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 500 Not Yet\r\nContent-Length: 0\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Lifecycle:ReadinessPath=/health");

        (await ReadAsync(sidecar, "/readyz")).ShouldBe("not ready: the application answers 500 to /health\n");
    }

    [Fact]
    public async Task A_path_that_is_answered_makes_it_ready()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 204 No Content\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Lifecycle:ReadinessPath=/health");

        (await ReadAsync(sidecar, "/readyz")).ShouldBe("ready\n");
    }

    [Fact]
    public async Task A_path_that_is_not_answered_in_time_does_not()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Lifecycle:ReadinessPath=/health", "Sidecar:Lifecycle:ReadinessTimeout=100ms");

        (await ReadAsync(sidecar, "/readyz")).ShouldBe("not ready: the application does not answer in time\n");
        (await GetAsync(sidecar, "/livez")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_effective_configuration_and_the_version_are_shown_to_an_operator()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        var config = JsonDocument.Parse(await ReadAsync(sidecar, "/config")).RootElement;
        var version = JsonDocument.Parse(await ReadAsync(sidecar, "/version")).RootElement;

        config.GetProperty("Sidecar:Upstream:Targets").GetProperty("value")[0].GetString().ShouldBe(app.Url);
        config.GetProperty("Sidecar:Upstream:Targets").GetProperty("source").GetString().ShouldBe("TARGET");
        version.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        version.GetProperty("runtime").GetString().ShouldStartWith("10.");
    }

    [Theory]
    [InlineData("10.1.2.3", "localhost", null, "/livez", 200)]
    [InlineData("10.1.2.3", "localhost", null, "/config", 403)]
    [InlineData("10.1.2.3", "127.0.0.1", null, "/version", 403)]
    [InlineData("10.1.2.3", "127.0.0.1", null, "/drain", 403)]
    [InlineData("127.0.0.1", "rebound.example", null, "/config", 403)]
    [InlineData("127.0.0.1", "localhost", "http://shop.example", "/drain", 403)]
    [InlineData("127.0.0.1", "localhost", null, "/config", 200)]
    [InlineData("::1", "[::1]", null, "/version", 200)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1", null, "/config", 200)]
    public async Task What_only_an_operator_may_do_is_refused_to_strangers_and_web_pages(string peer, string host, string? origin, string path, int status)
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1");
        var pipeline = new ApplicationBuilder(sidecar.Services);
        pipeline.UseAdmin();
        var context = new DefaultHttpContext { RequestServices = sidecar.Services };
        context.Features.Set(AdminListener.Instance);
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Method = path == "/drain" ? "POST" : "GET";
        context.Request.Path = path;
        context.Request.Host = HostString.FromUriComponent(host);
        if (origin is not null)
            context.Request.Headers.Origin = origin;

        await pipeline.Build()(context);

        context.Response.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task A_drain_fails_readiness_at_once_and_still_serves()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Lifecycle:DrainDelay=1m", "Sidecar:Lifecycle:DrainTimeout=2m");
        (await GetAsync(sidecar, "/drain")).ShouldBe(HttpStatusCode.MethodNotAllowed);
        using var http = new HttpClient();

        using var drained = await http.PostAsync(new Uri($"http://127.0.0.1:{sidecar.AdminPort}/drain"), null, Patience.Token());

        drained.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await ReadAsync(sidecar, "/readyz")).ShouldBe("not ready: the sidecar is draining\n");
        (await GetAsync(sidecar, "/livez")).ShouldBe(HttpStatusCode.OK);
        var answer = await sidecar.GetAsync();
        answer.ShouldEndWith("ok");
        answer.ShouldContain("\r\nConnection: close\r\n");
    }

    private static async Task<string> ReadAsync(RunningSidecar sidecar, string path)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{sidecar.AdminPort}{path}"), Patience.Token());
        return await response.Content.ReadAsStringAsync(Patience.Token());
    }

    private static async Task<HttpStatusCode> GetAsync(RunningSidecar sidecar, string path)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{sidecar.AdminPort}{path}"), Patience.Token());
        return response.StatusCode;
    }
}
