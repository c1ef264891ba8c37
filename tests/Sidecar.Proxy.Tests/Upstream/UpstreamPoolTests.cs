using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class UpstreamPoolTests
{
    [Fact]
    public async Task Connections_are_used_again()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        for (var i = 0; i < 5; i++)
            (await sidecar.GetAsync()).ShouldEndWith("ok");

        app.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_the_app_closed_is_replaced_unseen()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var first = sidecar.GetAsync();
        using (var connection = await app.AcceptedAsync())
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Answers.Ok);
            await first;
        }

        var second = sidecar.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        var other = await app.AcceptedAsync();
        await other.ReadMessageAsync();
        await other.SendAsync(Answers.Ok);

        (await second).ShouldEndWith("ok");
    }

    [Fact]
    public async Task An_answer_with_close_is_the_last_on_its_connection()
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadMessageAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        await sidecar.GetAsync();
        await sidecar.GetAsync();

        app.Accepted.ShouldBe(2);
    }

    [Fact]
    public async Task More_requests_than_connections_wait_and_then_get_a_503()
    {
        await using var app = ScriptedApp.Start();
        // The time in which a connection has to open stands still; only the wait for a free one is real.
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, new ManualTime().Drive, "Sidecar:Upstream:MaxConnections=1", "Sidecar:Upstream:ConnectTimeout=100ms");
        var first = sidecar.GetAsync();
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        (await sidecar.GetAsync()).ShouldContain("error=connection_limit_reached");
        await connection.SendAsync(Answers.Ok);
        (await first).ShouldEndWith("ok");
    }
}
