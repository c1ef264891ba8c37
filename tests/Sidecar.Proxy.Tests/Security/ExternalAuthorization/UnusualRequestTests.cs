using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.ExternalAuthorization;

public sealed class UnusualRequestTests
{
    private const string External = "Sidecar:Security:External";

    [Theory]
    [InlineData("Host: shop.example\r\nAuthorization: Bearer \u00e9\r\n", "\r\nAuthorization: Bearer \u00e9\r\n")]
    [InlineData("Host: shop.example\r\nX-Tenant: \u00ff\r\n", "\r\nX-Tenant: \u00ff\r\n")]
    [InlineData("Host: shop.example\r\nContent-Type: text/plain\r\n", "\r\nContent-Type: text/plain\r\n")]
    public async Task A_client_cannot_make_the_question_fail_and_pass_where_failures_pass(string headers, string asked)
    {
        await using var app = ScriptedApp.Start();
        var question = new TaskCompletionSource<string>();
        await using var service = ScriptedApp.Serving(async connection =>
        {
            question.TrySetResult(await connection.ReadMessageAsync());
            await connection.SendAsync("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        });
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, $"{External}:Url={service.Url}", $"{External}:Timeout=20s", $"{External}:FailOpen=true", $"{External}:RequestHeaders=X-Tenant,Content-*", "Sidecar:Upstream:ResponseTimeout=100ms");

        var answer = await sidecar.ExchangeAsync($"GET / HTTP/1.1\r\n{headers}\r\n");

        answer.ShouldStartWith("HTTP/1.1 403");
        (await question.Task).ShouldContain(asked);
        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [InlineData("shop.example:99999")]
    [InlineData("[::1")]
    public async Task A_host_that_cannot_be_asked_about_is_refused_even_where_failures_pass(string host)
    {
        await using var app = ScriptedApp.Start();
        await using var service = ScriptedApp.Answering("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, $"{External}:Url={service.Url}", $"{External}:Timeout=20s", $"{External}:FailOpen=true", "Sidecar:Upstream:ResponseTimeout=100ms");

        (await sidecar.ExchangeAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).ShouldStartWith("HTTP/1.1 400");

        app.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task What_the_service_adds_cannot_be_taken_out_by_naming_it_in_Connection()
    {
        await using var app = EchoApp.Start();
        await using var service = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nX-Group: b\r\nContent-Length: 0\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, $"{External}:Url={service.Url}", $"{External}:Timeout=20s", $"{External}:AppendedUpstreamHeaders=X-Group");

        var answer = await sidecar.GetAsync("/", "X-Group: mine", "Connection: X-Group");

        answer.ShouldContain("\r\nX-Group: b\r\n");
    }
}
