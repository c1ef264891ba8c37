using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream.Discovery;

public sealed class DiscoveryTests : IAsyncDisposable
{
    private const string Events = "Sidecar.Proxy.Upstream.Health.TargetEvents";
    private const string Service = "_http._tcp.shop.test";

    // Nobody else waits for exactly this long.
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(765);

    private readonly ManualTime _time = new();
    private readonly FakeNameServer _dns = FakeNameServer.Start();
    private readonly MoodyApp _a = MoodyApp.Start("a");
    private readonly MoodyApp _b = MoodyApp.Start("b");

    [Fact]
    public async Task Every_address_of_a_name_is_a_target()
    {
        await using var second = MoodyApp.Start("s", _a.Port, IPAddress.Parse("127.0.0.2"));
        _dns.Records = [FakeNameServer.Cname("shop.test", "pods.test"), FakeNameServer.A("pods.test", "127.0.0.2"), FakeNameServer.A("pods.test", "127.0.0.1")];
        await using var sidecar = await StartAsync($"http://shop.test:{_a.Port}", "dns");

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldBe($"Targets of upstream: http://127.0.0.1:{_a.Port}, http://127.0.0.2:{_a.Port}");

        (await sidecar.NamesAsync(4)).ShouldBe("asas");
    }

    [Fact]
    public async Task The_app_hears_the_name_that_is_configured_not_the_address()
    {
        await using var app = ScriptedApp.Start();
        _dns.Records = [FakeNameServer.A("shop.test", "127.0.0.1")];
        await using var sidecar = await StartAsync($"http://shop.test:{app.Port}", "dns", "Sidecar:Headers:PreserveHost=false");
        await sidecar.Logs.NextAsync(Events);

        var exchange = sidecar.GetAsync();
        var connection = await app.AcceptedAsync();

        (await connection.ReadHeadAsync()).ShouldContain($"\r\nHost: shop.test:{app.Port}\r\n");
        await connection.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        await exchange;
    }

    [Theory]
    [InlineData("http1", "HTTP/1.1")]
    [InlineData("http2", "HTTP/2")]
    public async Task A_certificate_has_to_be_for_the_name_that_is_configured(string protocol, string spoken)
    {
        using var files = new CertificateFiles();
        using var certificate = files.Write("shop.test");
        await using var app = await KestrelApp.StartHttpsAsync(certificate, context =>
        {
            context.Response.ContentLength = context.Request.Protocol.Length;
            return context.Response.WriteAsync(context.Request.Protocol);
        });
        var port = app.Port;
        _dns.Records = [FakeNameServer.A("shop.test", "127.0.0.1"), FakeNameServer.A("other.test", "127.0.0.1")];
        string[] settings = [$"Sidecar:Upstream:CaFile={files.Certificate}", $"Sidecar:Upstream:Protocol={protocol}"];
        await using var right = await StartAsync($"https://shop.test:{port}", "dns", settings);
        await using var wrong = await StartAsync($"https://other.test:{port}", "dns", settings);
        await right.Logs.NextAsync(Events);
        await wrong.Logs.NextAsync(Events);

        (await right.GetAsync()).ShouldEndWith(spoken);
        (await wrong.GetAsync()).ShouldContain("error=tls_certificate_error");
    }

    [Fact]
    public async Task A_service_says_host_port_and_weight()
    {
        _dns.Records = [Srv(_a, weight: 3), Srv(_b, weight: 1), Address("127.0.0.1")];
        await using var sidecar = await StartAsync($"http://{Service}", "srv");
        await sidecar.Logs.NextAsync(Events);

        (await sidecar.NamesAsync(8)).Order().ShouldBe("aaaaaabb");
    }

    [Fact]
    public async Task Addresses_that_come_with_the_service_are_not_asked_for()
    {
        _dns.Records = [Srv(_a), Address("127.0.0.1") with { IsAdditional = true }];
        await using var sidecar = await StartAsync($"http://{Service}", "srv");

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldEndWith(_a.Url);
    }

    [Fact]
    public async Task An_answer_holds_no_longer_than_it_says()
    {
        _dns.Records = [FakeNameServer.A("shop.test", "127.0.0.1", ttl: 7)];
        await using var sidecar = await StartAsync($"http://shop.test:{_a.Port}", "dns", "Sidecar:Upstream:Discovery:RefreshInterval=59s");
        await sidecar.Logs.NextAsync(Events);

        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(7));
        _dns.Records = [FakeNameServer.A("shop.test", "127.0.0.3", ttl: 300)];
        _time.Advance(TimeSpan.FromSeconds(7));

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldContain("127.0.0.3");
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(59));
    }

    [Fact]
    public async Task Only_the_hosts_of_the_first_priority_are_targets()
    {
        _dns.Records = [Srv(_b, priority: 2), Srv(_a, priority: 1), Address("127.0.0.1")];
        await using var sidecar = await StartAsync($"http://{Service}", "srv");

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldBe($"Targets of upstream: {_a.Url}");
    }

    [Fact]
    public async Task What_does_not_fit_into_a_datagram_comes_over_TCP()
    {
        _dns.Truncates = true;
        _dns.Records = [Srv(_a), Address("127.0.0.1")];
        await using var sidecar = await StartAsync($"http://{Service}", "srv");

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldEndWith(_a.Url);

        _dns.TcpQuestions.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Targets_come_and_go_with_their_records()
    {
        _dns.Records = [Srv(_a), Address("127.0.0.1")];
        await using var sidecar = await StartAsync($"http://{Service}", "srv");
        await sidecar.Logs.NextAsync(Events);
        (await sidecar.NamesAsync(3)).ShouldBe("aaa");

        _dns.Records = [Srv(_b), Address("127.0.0.1")];
        await LookAgainAsync();

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldEndWith(_b.Url);
        (await sidecar.NamesAsync(3)).ShouldBe("bbb");
    }

    [Theory]
    [InlineData("silent", "does not answer within 3s")]
    [InlineData("failing", "answers with code 2 to _http._tcp.shop.test")]
    [InlineData("unknown", "_http._tcp.shop.test does not exist")]
    [InlineData("noise", "name server 127.0.0.1:")]
    [InlineData("cut", "name server 127.0.0.1:")]
    [InlineData("other", "answers another question")]
    public async Task What_was_known_last_stays_when_DNS_fails(string failure, string reason)
    {
        _dns.Records = [Srv(_a), Address("127.0.0.1")];
        await using var sidecar = await StartAsync($"http://{Service}", "srv", "Sidecar:Upstream:Discovery:Timeout=3s");
        using var metrics = new RecordedMetrics(sidecar);
        await sidecar.Logs.NextAsync(Events);

        if (failure == "silent")
            _dns.IsSilent = true;
        else if (failure == "failing")
            _dns.Code = 2;
        else if (failure == "unknown")
            _dns.Records = [];
        else
            _dns.Spoil = failure switch { "noise" => static _ => [1, 2, 3], "cut" => static answer => answer[..^3], _ => static answer => [.. answer[..13], (byte)'x', .. answer[14..]] };
        await LookAgainAsync();
        for (var tries = 0; _dns.IsSilent && tries < 2; tries++)
        {
            await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(3));
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        var lost = await sidecar.Logs.NextAsync(Events);
        lost.Level.ShouldBe(LogLevel.Warning);
        lost.Message.ShouldStartWith("Cannot look up the targets of upstream, keeping the previous ones: ");
        lost.Message.ShouldContain(reason);
        (await sidecar.NamesAsync(2)).ShouldBe("aa");
        (_dns.IsSilent, _dns.Code, _dns.Spoil, _dns.Records) = (false, 0, null, [Srv(_a), Address("127.0.0.1")]);
        await LookAgainAsync();
        (await sidecar.Logs.NextAsync(Events)).Message.ShouldBe("Targets of upstream can be looked up again");
        metrics["sidecar.discovery.lookups", "sidecar.cluster=upstream", "sidecar.discovery.result=failure"].ShouldBe(1);
    }

    [Fact]
    public async Task A_service_that_says_it_is_not_there_has_no_targets()
    {
        _dns.Records = [FakeNameServer.Srv(Service, 0, 0, 0, "")];
        await using var sidecar = await StartAsync($"http://{Service}", "srv");

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldBe($"Cannot look up the targets of upstream, keeping the previous ones: {Service} is not available");
    }

    [Fact]
    public async Task The_system_is_asked_when_no_name_server_is_named()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://localhost:{_a.Port}", "Sidecar:Upstream:Discovery:Mode=dns");

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldContain(_a.Url);
    }

    [Theory]
    [InlineData("Mode=srv", "the name of a service such as http://_http._tcp.shop.default.svc.cluster.local, because Discovery:Mode is srv")]
    [InlineData("Mode=consul", "one of dns, srv")]
    [InlineData("Server=ns.example", "an IP address such as 10.96.0.10 or 10.96.0.10:53")]
    [InlineData("RefreshInterval=0s", "a duration from 10ms to 1h")]
    public async Task What_cannot_be_is_refused_at_the_start(string setting, string allowed) =>
        (await Should.ThrowAsync<Sidecar.Proxy.Configuration.ConfigurationException>(() => RunningSidecar.StartAsync("http://shop.test", $"Sidecar:Upstream:Discovery:{setting}"))).Message.ShouldContain(allowed);

    public async ValueTask DisposeAsync()
    {
        await _dns.DisposeAsync();
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    private static FakeNameServer.Record Srv(MoodyApp app, int priority = 0, int weight = 0) => FakeNameServer.Srv(Service, priority, weight, app.Port, "pod.test");

    private static FakeNameServer.Record Address(string address) => FakeNameServer.A("pod.test", address);

    /// <summary>Has the targets looked up once more.</summary>
    private async Task LookAgainAsync()
    {
        await _time.SomebodyWaitsAsync(Refresh);
        _time.Advance(Refresh);
    }

    private Task<RunningSidecar> StartAsync(string target, string mode, params string[] settings) => RunningSidecar.StartAsync(
        target,
        _time.Drive,
        ["Sidecar:Upstream:Discovery:Mode=" + mode, $"Sidecar:Upstream:Discovery:Server={_dns.Address}", "Sidecar:Upstream:Discovery:RefreshInterval=765ms", .. settings]);
}
