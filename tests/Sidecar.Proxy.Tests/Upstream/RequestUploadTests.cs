using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class RequestUploadTests
{
    [Fact]
    public async Task An_early_answer_reaches_the_client_while_it_still_sends()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("start");

        await connection.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nstop");

        (await client.ReadMessageAsync()).ShouldEndWith("stop");
    }

    [Fact]
    public async Task Answer_and_upload_run_side_by_side()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("one\r\n");
        await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        await client.ReadThroughAsync("one\r\n");

        await client.SendAsync("3\r\ntwo\r\n0\r\n\r\n");
        await connection.ReadThroughAsync("two\r\n0\r\n\r\n");
        await connection.SendAsync("3\r\ntwo\r\n0\r\n\r\n");

        (await client.ReadThroughAsync("\r\n0\r\n\r\n")).ShouldBe("3\r\ntwo\r\n0\r\n\r\n");
    }

    [Fact]
    public async Task Trailers_pass_both_ways()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n");
        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldContain("Trailer: X-Sum");
        (await connection.ReadThroughAsync("\r\n\r\n")).ShouldBe("2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n");

        await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Back\r\n\r\n2\r\nho\r\n0\r\nX-Back: 8\r\n\r\n");

        (await client.ReadHeadAsync()).ShouldContain("Trailer: X-Back");
        (await client.ReadThroughAsync("\r\n\r\n")).ShouldBe("2\r\nho\r\n0\r\nX-Back: 8\r\n\r\n");
    }

    [Fact]
    public async Task Trailers_that_frame_or_route_stay_behind()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nContent-Length: 9\r\nHost: b\r\nX-Forwarded-For: 6.6.6.6\r\nX-Sum: 7\r\n\r\n");

        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        (await connection.ReadThroughAsync("\r\n\r\n")).ShouldBe("2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n");
    }

    [Fact]
    public async Task Continue_is_the_apps_to_give()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldContain("Expect: 100-continue");

        await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("hello");
        (await connection.ReadExactlyAsync(5)).ShouldBe("hello");
        await connection.SendAsync(Answers.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_refusal_in_place_of_continue_keeps_the_body_at_the_client()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        await connection.SendAsync("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno");

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 417");
    }
}
