using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

public sealed class RetryHttp2Tests
{
    private const string Http2 = "Sidecar:Upstream:Protocol=http2";

    [Fact]
    public async Task An_answer_is_held_back_and_the_body_sent_again()
    {
        var bodies = new List<string>();
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            bodies.Add(await reader.ReadToEndAsync());
            context.Response.StatusCode = bodies.Count == 1 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            context.Response.Headers["X-Attempt"] = $"{bodies.Count}";
            await context.Response.WriteAsync($"answer {bodies.Count}.");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, Retrying.AtOnce);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");

        var answer = await client.ReadThroughAsync("answer 2.");
        answer.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        answer.ShouldContain("X-Attempt: 2\r\n");
        answer.ShouldNotContain("X-Attempt: 1");
        bodies.ShouldBe(["hello", "hello"]);
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["sidecar.attempts"].ShouldBe(2);
        record.Attributes["http.request.body.size"].ShouldBe(5L);
    }

    [Fact]
    public async Task An_answer_that_comes_before_the_body_is_complete_is_held_back_too()
    {
        var attempts = 0;
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            if (++attempts == 1)
            {
                await context.Request.Body.ReadExactlyAsync(new byte[5]);
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"got {await reader.ReadToEndAsync()}.");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, Retrying.AtOnce);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nfirst");
        await client.SendAsync("second");

        (await client.ReadThroughAsync("got firstsecond.")).ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }

    [Fact]
    public async Task A_stream_that_is_reset_is_retried_unless_it_is_a_post()
    {
        var attempts = 0;
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            if (++attempts % 2 == 1)
                context.Abort();
            else
                await context.Response.WriteAsync("ok.");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, Retrying.AtOnce);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadThroughAsync("ok.");
        attempts.ShouldBe(2);

        (await sidecar.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")).ShouldStartWith("HTTP/1.1 502");
        attempts.ShouldBe(3);
    }

    [Fact]
    public async Task Nobody_listening_is_a_reason_to_ask_another_target_even_for_a_post()
    {
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"got {await reader.ReadToEndAsync()}.");
        });
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()},{app.Url}", Http2, Retrying.AtOnce);
        using var metrics = new RecordedMetrics(sidecar);

        for (var i = 0; i < 2; i++)
        {
            using var client = await sidecar.ConnectAsync();
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            await client.ReadThroughAsync("got hello.");
        }

        (await metrics.NextAsync("sidecar.retries"))["sidecar.retry.reason"].ShouldBe("connect_failure");
    }
}
