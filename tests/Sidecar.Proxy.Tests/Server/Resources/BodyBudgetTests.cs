using System.Net;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Resources;

/// <summary>What is held for many requests has one bound.</summary>
public sealed class BodyBudgetTests
{
    private static readonly string[] Retrying = ["Sidecar:Resilience:Retry:MaxRetries=1", "Sidecar:Resilience:Retry:BaseDelay=0ms"];

    private readonly string _put = $"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n{new string('x', 5000)}";

    [Theory]
    [InlineData("100000", 2, 0)]
    [InlineData("4096", 1, 1)]
    public async Task A_body_that_finds_no_room_is_sent_once(string room, int attempts, int rejected)
    {
        var requests = 0;
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadMessageAsync();
            Interlocked.Increment(ref requests);
            await connection.SendAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, [.. Retrying, $"Sidecar:Limits:MaxRetryBytes={room}"]);
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.ExchangeAsync(_put)).ShouldStartWith("HTTP/1.1 503");
        await sidecar.AccessLog.NextAsync();

        requests.ShouldBe(attempts);
        metrics["sidecar.bodies.rejected", "sidecar.body.purpose=retry"].ShouldBe(rejected);
        metrics["sidecar.bodies.kept", "sidecar.body.purpose=retry"].ShouldBe(0, "room is given back");
    }

    [Fact]
    public async Task A_mirror_whose_body_finds_no_room_is_not_sent()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var mirror = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, $"Sidecar:Clusters:copy:Targets={mirror.Url}", "Sidecar:Routes:0:Name=all", "Sidecar:Routes:0:Mirror:Cluster=copy", "Sidecar:Limits:MaxMirrorBytes=1000");
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.ExchangeAsync(_put)).ShouldEndWith("ok");
        await sidecar.AccessLog.NextAsync();

        metrics["sidecar.mirror.skipped", "sidecar.route=all", "sidecar.mirror.reason=no_room"].ShouldBe(1);
        metrics["sidecar.bodies.kept", "sidecar.body.purpose=mirror"].ShouldBe(0);
    }

    [Fact]
    public async Task More_requests_over_HTTP_2_than_memory_allows_get_a_503_whatever_connection_they_come_on()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxStreams=1");
        using var one = new HttpClient();
        using var other = new HttpClient();
        var first = GetAsync(one, sidecar);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        using (var second = await GetAsync(other, sidecar))
        {
            second.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            second.Headers.RetryAfter!.ToString().ShouldBe("1");
        }

        await connection.SendAsync(Answers.Ok);
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        var third = GetAsync(other, sidecar);
        await connection.ReadHeadAsync();
        await connection.SendAsync(Answers.Ok);
        (await third).StatusCode.ShouldBe(HttpStatusCode.OK, "the place is given back");
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, RunningSidecar sidecar)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, sidecar.Url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return await client.SendAsync(request, Patience.Token());
    }
}
