using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Requests;
using Sidecar.Proxy.Resilience.RateLimiting;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.RateLimiting;

public sealed class RateLimitTests : IAsyncDisposable
{
    private const string Limits = "Sidecar:Resilience:RateLimits";
    private const string Trusted = "Sidecar:Headers:TrustedProxies=127.0.0.1,10.0.0.0/8";

    private readonly ManualTime _time = new();
    private readonly ScriptedApp _app;
    private int _arrived;

    public RateLimitTests() => _app = ScriptedApp.Serving(async connection =>
    {
        await connection.ReadMessageAsync();
        Interlocked.Increment(ref _arrived);
        await connection.SendAsync(Answers.Ok);
    });

    [Fact]
    public async Task Lets_a_burst_pass_and_then_so_many_a_second()
    {
        await using var sidecar = await StartAsync($"{Limits}:0:PerSecond=2", $"{Limits}:0:Burst=3");

        (await StatusesAsync(sidecar, 5)).ShouldBe([200, 200, 200, 429, 429]);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        (await StatusesAsync(sidecar, 2)).ShouldBe([200, 429]);
        _time.Advance(TimeSpan.FromHours(1));
        (await StatusesAsync(sidecar, 4)).ShouldBe([200, 200, 200, 429]);

        _arrived.ShouldBe(7);
    }

    [Fact]
    public async Task What_is_shed_is_a_problem_that_says_when_to_come_back()
    {
        await using var sidecar = await StartAsync($"{Limits}:0:PerSecond=0.1");
        await sidecar.GetAsync();

        var answer = await sidecar.GetAsync();
        _time.Advance(TimeSpan.FromSeconds(4.5));
        var later = await sidecar.GetAsync();

        answer.ShouldStartWith("HTTP/1.1 429 Too Many Requests\r\n");
        answer.ShouldContain("\r\nRetry-After: 10\r\n");
        answer.ShouldContain("\r\nProxy-Status: sidecar; error=http_request_denied\r\n");
        answer.ShouldContain("\r\nContent-Type: application/problem+json\r\n");
        answer.ShouldContain("\"detail\":\"There were too many requests.\"");
        later.ShouldContain("\r\nRetry-After: 6\r\n");
    }

    [Fact]
    public async Task What_is_shed_is_logged_and_counted()
    {
        await using var sidecar = await StartAsync($"{Limits}:0:PerSecond=1");
        using var metrics = new RecordedMetrics(sidecar);
        await StatusesAsync(sidecar, 1);
        await sidecar.Logs.NextAsync(AccessLog.Category);

        await sidecar.GetAsync("/x");

        var failure = await sidecar.Logs.NextAsync(typeof(FailureLog).FullName!);
        failure.Level.ShouldBe(LogLevel.Information);
        failure.Message.ShouldContain("more than 1 requests a second from one address");
        metrics["sidecar.limits.rejected", "sidecar.limited_by=rate_address"].ShouldBe(1);
    }

    [Fact]
    public async Task The_access_log_says_which_limit_it_was()
    {
        await using var sidecar = await StartAsync($"{Limits}:0:PerSecond=1");
        await StatusesAsync(sidecar, 2);

        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes.ContainsKey("sidecar.limited_by").ShouldBeFalse();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.limited_by"].ShouldBe("rate_address");
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", false)]
    [InlineData("192.0.2.1:5000", "192.0.2.1:5001", false)]
    [InlineData("2001:db8::1", "2001:db8::2", false)]
    [InlineData("2001:db8::1", "[2001:db8:0:1::1]:443", true)]
    [InlineData("192.0.2.1", "192.0.2.2, 10.0.0.1", true)]
    // What stands left of the first address that nobody trusts, the client has made up.
    [InlineData("192.0.2.1", "192.0.2.9, 192.0.2.1", false)]
    [InlineData("192.0.2.1", "192.0.2.9, 192.0.2.1, 10.0.0.1", false)]
    [InlineData("garbage", "rubbish", false)]
    public async Task Behind_a_trusted_proxy_a_client_is_who_the_proxy_says(string one, string other, bool differ)
    {
        await using var sidecar = await StartAsync(Trusted, $"{Limits}:0:PerSecond=1");

        (await StatusAsync(sidecar, $"X-Forwarded-For: {one}")).ShouldBe(200);
        (await StatusAsync(sidecar, $"X-Forwarded-For: {other}")).ShouldBe(differ ? 200 : 429);
    }

    [Fact]
    public async Task A_client_that_nobody_trusts_cannot_be_another_by_saying_so()
    {
        await using var sidecar = await StartAsync($"{Limits}:0:PerSecond=1");

        (await StatusAsync(sidecar, "X-Forwarded-For: 192.0.2.1")).ShouldBe(200);
        (await StatusAsync(sidecar, "X-Forwarded-For: 192.0.2.2")).ShouldBe(429);
    }

    [Fact]
    public async Task Counts_by_a_header_and_by_address_where_it_is_missing()
    {
        await using var sidecar = await StartAsync($"{Limits}:0:PerSecond=1", $"{Limits}:0:By=header", $"{Limits}:0:Header=X-Tenant");

        (await StatusAsync(sidecar, "X-Tenant: a")).ShouldBe(200);
        (await StatusAsync(sidecar, "X-Tenant: b")).ShouldBe(200);
        (await StatusAsync(sidecar, "x-tenant: a")).ShouldBe(429);
        (await StatusAsync(sidecar)).ShouldBe(200);
        (await StatusAsync(sidecar)).ShouldBe(429);
    }

    [Fact]
    public async Task Counts_by_the_identity_that_was_proved()
    {
        await using var sidecar = await RunningSidecar.StartAsync(
            _app.Url,
            builder =>
            {
                _time.Drive(builder);
                var limit = builder.Services.First(service => service.ImplementationType == typeof(RateLimitFilter));
                builder.Services.Insert(builder.Services.IndexOf(limit), ServiceDescriptor.Singleton<IRequestFilter>(new Identify()));
            },
            $"{Limits}:0:PerSecond=1",
            $"{Limits}:0:By=identity");

        (await StatusAsync(sidecar, "X-I-Am: a")).ShouldBe(200);
        (await StatusAsync(sidecar, "X-I-Am: b")).ShouldBe(200);
        (await StatusAsync(sidecar, "X-I-Am: a")).ShouldBe(429);
        (await StatusAsync(sidecar)).ShouldBe(200);
    }

    [Fact]
    public async Task A_request_has_to_be_within_all_limits()
    {
        await using var sidecar = await StartAsync($"{Limits}:0:PerSecond=3", $"{Limits}:1:PerSecond=1", $"{Limits}:1:By=header", $"{Limits}:1:Header=X-Tenant");

        (await StatusAsync(sidecar, "X-Tenant: a")).ShouldBe(200);
        (await StatusAsync(sidecar, "X-Tenant: a")).ShouldBe(429);
        (await StatusAsync(sidecar, "X-Tenant: b")).ShouldBe(200);
        (await StatusAsync(sidecar, "X-Tenant: c")).ShouldBe(429);
    }

    [Fact]
    public async Task A_route_with_limits_of_its_own_counts_alone_and_the_others_count_together()
    {
        await using var sidecar = await StartAsync(
            $"{Limits}:0:PerSecond=1",
            "Sidecar:Routes:0:Name=own", "Sidecar:Routes:0:Match:PathPrefix=/own", "Sidecar:Routes:0:Resilience:RateLimits:0:PerSecond=2",
            "Sidecar:Routes:1:Name=free", "Sidecar:Routes:1:Match:PathPrefix=/free", "Sidecar:Routes:1:Resilience:RateLimits=",
            "Sidecar:Routes:2:Name=inherits", "Sidecar:Routes:2:Match:PathPrefix=/inherits");
        using var metrics = new RecordedMetrics(sidecar);

        (await StatusesAsync(sidecar, 3, "/own")).ShouldBe([200, 200, 429]);
        (await StatusesAsync(sidecar, 4, "/free")).ShouldBe([200, 200, 200, 200]);
        (await StatusesAsync(sidecar, 1, "/inherits")).ShouldBe([200]);
        (await StatusesAsync(sidecar, 1)).ShouldBe([429]);
        metrics["sidecar.limits.rejected", "sidecar.limited_by=rate_address", "sidecar.route=own"].ShouldBe(1);
    }

    [Fact]
    public async Task Health_checks_are_shed_last_and_are_shed_all_the_same()
    {
        await using var sidecar = await StartAsync($"{Limits}:0:PerSecond=2", "Sidecar:Tracing:HealthCheckPaths=/health");

        (await StatusesAsync(sidecar, 3)).ShouldBe([200, 200, 429]);
        (await StatusesAsync(sidecar, 3, "/health")).ShouldBe([200, 200, 429]);
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 429)]
    public async Task A_trusted_client_can_have_requests_shed_last(bool isTrusted, int status)
    {
        await using var sidecar = await StartAsync($"{Limits}:0:PerSecond=1", "Sidecar:Resilience:PriorityHeader=X-Matters", isTrusted ? Trusted : "Sidecar:Headers:TrustedProxies=10.0.0.0/8");

        (await StatusAsync(sidecar, "X-Forwarded-For: 192.0.2.1")).ShouldBe(200);
        (await StatusAsync(sidecar, "X-Forwarded-For: 192.0.2.1", "X-Matters: 1")).ShouldBe(status);
        (await StatusAsync(sidecar, "X-Forwarded-For: 192.0.2.1", "X-Matters: 1")).ShouldBe(429);
    }

    [Fact]
    public async Task A_reload_forgets_only_the_limits_that_it_changes()
    {
        string[] kept = [$"{Limits}:0:PerSecond=1"];
        await using var sidecar = await StartAsync(kept);
        (await StatusesAsync(sidecar, 1)).ShouldBe([200]);

        sidecar.Reload(_app.Url, [.. kept, "Sidecar:Resilience:PriorityHeader=X-Other"]);
        (await StatusesAsync(sidecar, 1)).ShouldBe([429]);
        sidecar.Reload(_app.Url, $"{Limits}:0:PerSecond=2");
        (await StatusesAsync(sidecar, 3)).ShouldBe([200, 200, 429]);
        sidecar.Reload(_app.Url);
        (await StatusesAsync(sidecar, 1)).ShouldBe([200]);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<int> StatusAsync(RunningSidecar sidecar, params string[] headers) => Status(await sidecar.GetAsync("/", headers));

    private static async Task<List<int>> StatusesAsync(RunningSidecar sidecar, int count, string path = "/")
    {
        var statuses = new List<int>();
        for (var i = 0; i < count; i++)
            statuses.Add(Status(await sidecar.GetAsync(path)));
        return statuses;
    }

    private static int Status(string answer) => int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), System.Globalization.CultureInfo.InvariantCulture);

    private Task<RunningSidecar> StartAsync(params string[] settings) => RunningSidecar.StartAsync(_app.Url, _time.Drive, settings);

    /// <summary>Stands in for what proves identities.</summary>
    private sealed class Identify : IRequestFilter
    {
        public RequestHandler Apply(RequestHandler next, SidecarOptions options) => context =>
        {
            if (context.Request.Headers["X-I-Am"] is [{ } name])
                context.Features.GetRequiredFeature<RequestRecord>().Identity = name;
            return next(context);
        };
    }
}
