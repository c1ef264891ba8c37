using System.Net;
using System.Text;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

public sealed class RetryBodyTests
{
    [Fact]
    public async Task A_body_is_sent_again_whole_and_counted_once()
    {
        var turns = new Turns(null, Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);
        var body = new string('x', 50_000) + "end";

        (await sidecar.ExchangeAsync($"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}")).ShouldEndWith("ok");

        turns.Seen.Count.ShouldBe(3);
        turns.Seen.ShouldAllBe(seen => seen.Request.EndsWith("\r\n\r\n" + body, StringComparison.Ordinal));
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["http.request.body.size"].ShouldBe((long)body.Length);
    }

    [Fact]
    public async Task A_body_that_is_still_coming_begins_again_and_streams_on()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        var first = await app.AcceptedAsync();
        await first.ReadThroughAsync("5\r\nfirst\r\n");

        await first.SendAsync(Turns.Unavailable);
        var second = await app.AcceptedAsync();
        await second.ReadThroughAsync("5\r\nfirst\r\n");
        await client.SendAsync("6\r\nsecond\r\n");
        await second.ReadThroughAsync("6\r\nsecond\r\n");
        await client.SendAsync("0\r\nX-Sum: 7\r\n\r\n");
        await second.ReadThroughAsync("0\r\nX-Sum: 7\r\n\r\n");
        await second.SendAsync(Answers.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_chunked_body_keeps_its_trailers_when_it_is_sent_again()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n");

        using (var first = await app.AcceptedAsync())
            await first.ReadThroughAsync("0\r\nX-Sum: 7\r\n\r\n");
        var second = await app.AcceptedAsync();
        await second.ReadThroughAsync("5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n");
        await second.SendAsync(Answers.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_body_larger_than_is_kept_is_sent_once()
    {
        var turns = new Turns(Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce, "Sidecar:Resilience:Retry:MaxBodyBytes=4");

        (await sidecar.ExchangeAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")).ShouldEndWith("busy");
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_body_of_unknown_length_that_turns_out_too_large_is_sent_once()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce, "Sidecar:Resilience:Retry:MaxBodyBytes=4");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("\r\n0\r\n\r\n");

        await connection.SendAsync(Turns.Unavailable);

        (await client.ReadMessageAsync()).ShouldEndWith("busy");
    }

    [Fact]
    public async Task A_client_that_waits_for_continue_is_asked_for_its_body_by_the_attempt_that_wants_it()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        var first = await app.AcceptedAsync();
        await first.ReadHeadAsync();
        await first.SendAsync(Turns.Unavailable);

        var second = await app.AcceptedAsync();
        await second.ReadHeadAsync();
        await second.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("hello");
        (await second.ReadExactlyAsync(5)).ShouldBe("hello");
        await second.SendAsync(Answers.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_client_of_HTTP_2_has_its_body_sent_again_too()
    {
        var turns = new Turns(null, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, sidecar.Url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("hello", Encoding.ASCII),
        };

        using var response = await http.SendAsync(request, Patience.Token());

        (await response.Content.ReadAsStringAsync(Patience.Token())).ShouldBe("ok");
        turns.Seen.ShouldAllBe(seen => seen.Request.EndsWith("\r\n\r\nhello", StringComparison.Ordinal));
    }
}
