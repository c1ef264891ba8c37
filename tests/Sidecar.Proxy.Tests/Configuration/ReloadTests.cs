using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Configuration;

public sealed class ReloadTests : IDisposable
{
    private const string Reloader = "Sidecar.Proxy.Configuration.ConfigurationReloader";
    private readonly MountedVolume _mount = new();

    private string File => _mount.PathOf("sidecar.json");

    [Fact]
    public async Task A_swapped_ConfigMap_takes_effect_without_losing_a_request()
    {
        await using var blue = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nblue.");
        await using var green = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ngreen");
        Swap(Targeting(blue));
        await using var sidecar = await StartAsync();
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => RequestUntilAsync(sidecar, over.Token)).ToArray();

        foreach (var app in new[] { green, blue, green, blue, green })
        {
            Swap(Targeting(app));
            (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldBe($"Configuration reloaded from {File}; changed: Sidecar:Upstream:Targets");
            (await sidecar.GetAsync()).ShouldEndWith(app == blue ? "blue." : "green");
        }

        await over.CancelAsync();
        foreach (var answers in await Task.WhenAll(clients))
        {
            answers.ShouldNotBeEmpty();
            answers.ShouldAllBe(answer => answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_stays_the_same_stays_the_same_object()
    {
        Swap("""{"Sidecar":{"Upstream":{"Targets":["http://127.0.0.1:1"]},"Headers":{"Via":false}}}""");
        await using var sidecar = await StartAsync();
        var settings = sidecar.Services.GetRequiredService<SidecarSettings>();
        var before = settings.Current;

        Swap("""{"Sidecar":{"Upstream":{"Targets":["http://127.0.0.1:1"]},"Headers":{"Via":true}}}""");

        (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldEndWith("changed: Sidecar:Headers:Via");
        settings.Current.Headers.Via.ShouldBeTrue();
        settings.Current.Upstream.ShouldBeSameAs(before.Upstream);
    }

    [Fact]
    public async Task What_has_changed_is_looked_at_again_before_its_turn()
    {
        var time = new ManualTime();
        Swap("""{"Sidecar":{"Upstream":{"Targets":["http://127.0.0.1:1"]},"Headers":{"Via":false}}}""");
        await using var sidecar = await RunningSidecar.StartAsync(null, time.Drive, $"SIDECAR_CONFIG={File}", "Sidecar:ReloadInterval=4m");
        Swap("""{"Sidecar":{"Upstream":{"Targets":["http://127.0.0.1:1"]},"Headers":{"Via":true}}}""");

        await time.SomebodyWaitsAsync(TimeSpan.FromMinutes(4));
        time.Advance(TimeSpan.FromMinutes(4));
        await time.SomebodyWaitsAsync(TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(1));

        (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldEndWith("changed: Sidecar:Headers:Via");
        await time.SomebodyWaitsAsync(TimeSpan.FromMinutes(4));
    }

    [Fact]
    public async Task A_file_that_is_still_being_written_is_not_judged()
    {
        var time = new ManualTime();
        Swap("""{"Sidecar":{"Headers":{"Via":false}}}""");
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", time.Drive, $"SIDECAR_CONFIG={File}");
        var interval = TimeSpan.FromSeconds(1);
        await time.SomebodyWaitsAsync(interval);

        foreach (var part in new[] { """{"Sidecar":""", """{"Sidecar":{"Headers":""", """{"Sidecar":{"Headers":{"Via":true}}}""" })
        {
            await System.IO.File.WriteAllTextAsync(File, part, Patience.Token());
            time.Advance(interval);
        }

        time.Advance(interval);
        (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldEndWith("changed: Sidecar:Headers:Via");
    }

    [Theory]
    [InlineData("""{"Sidecar":{"Resilience":{"Concurrency":{"Max":9,"Adaptive":{}}}}}""")]
    [InlineData("\uFEFF{\"Sidecar\":{\"Resilience\":{\"Concurrency\":{\"Max\":9,\"Adaptive\":{/* all defaults */},}}}}")]
    public async Task An_empty_section_is_there(string content)
    {
        Swap(content);
        await using var sidecar = await StartAsync();

        (sidecar.Services.GetRequiredService<SidecarSettings>().Current.Resilience.Concurrency!.Adaptive).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("""{"Sidecar":{"Upstream":{"Targets":["nowhere"]}}}""", "Sidecar:Upstream:Targets: 'nowhere' is not allowed")]
    [InlineData("""{"Sidecar":{"Upstream":{"Targets":["nowhere"],"ConnectTimeout":"soon"}}}""", "; Sidecar:Upstream:Targets: 'nowhere' is not allowed")]
    [InlineData("""{"Sidecar":{"Upstreams":{"x":1}}}""", "Sidecar:Upstreams")]
    [InlineData("""{"Sidecaar":{}}""", "it has 'Sidecaar' where only Sidecar and Logging can be")]
    [InlineData("""{"Sidecar":""", "a JSON file that can be used: ")]
    [InlineData("", "a JSON file that can be used: ")]
    [InlineData(null, "a JSON file that can be used: it is not there")]
    public async Task A_bad_file_is_refused_with_one_line_and_the_old_one_stays(string? bad, string named)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        Swap(Targeting(app));
        await using var sidecar = await StartAsync();

        if (bad is null)
            System.IO.File.Delete(File);
        else
            Swap(bad);

        var refusal = await sidecar.Logs.NextAsync(Reloader);
        refusal.Level.ShouldBe(LogLevel.Error);
        refusal.Message.ShouldStartWith("Configuration refused, keeping the previous one: ");
        refusal.Message.ShouldContain(named);
        refusal.Message.ShouldNotContain("\n");
        (await sidecar.GetAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task What_only_a_start_can_change_is_said_so()
    {
        Swap("""{"Sidecar":{"Limits":{"MaxRequestHeaders":10}}}""");
        await using var sidecar = await StartAsync();

        Swap("""{"Sidecar":{"Limits":{"MaxRequestHeaders":20},"ServiceName":"other"}}""");

        (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldEndWith("changed: nothing");
        (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldBe("Changed settings take effect after a restart: Sidecar:Limits:MaxRequestHeaders");
    }

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task Another_time_to_connect_holds_from_the_next_request_on(string protocol)
    {
        // It accepts connections and never says a word of TLS.
        await using var app = ScriptedApp.Start();
        var target = app.Url.Replace("http:", "https:", StringComparison.Ordinal);
        Swap(Upstream(("Targets:0", target), ("Protocol", protocol), ("ConnectTimeout", "10m")));
        await using var sidecar = await StartAsync();
        var patient = sidecar.GetAsync();
        using var connection = await app.AcceptedAsync();

        Swap(Upstream(("Targets:0", target), ("Protocol", protocol), ("ConnectTimeout", "50ms")));
        await sidecar.Logs.NextAsync(Reloader);

        (await sidecar.GetAsync()).ShouldContain("error=connection_timeout");
        patient.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("http1", true)]
    [InlineData("http1", false)]
    [InlineData("http2", true)]
    [InlineData("http2", false)]
    public async Task Another_authority_holds_from_the_next_connection_on(string protocol, bool sameFile)
    {
        using var own = new CertificateFiles();
        using var other = new CertificateFiles();
        using var certificate = own.Write("localhost");
        other.Write("localhost").Dispose();
        await using var app = await KestrelApp.StartHttpsAsync(certificate, context => context.Response.WriteAsync("secure"));
        var target = $"https://localhost:{app.Port}";
        Swap(Upstream(("Targets:0", target), ("Protocol", protocol), ("CaFile", other.Certificate)));
        await using var sidecar = await StartAsync();
        (await sidecar.GetAsync()).ShouldContain("error=tls_certificate_error");

        if (sameFile)
        {
            await System.IO.File.WriteAllTextAsync(other.Certificate, await System.IO.File.ReadAllTextAsync(own.Certificate, Patience.Token()), Patience.Token());
        }
        else
        {
            Swap(Upstream(("Targets:0", target), ("Protocol", protocol), ("CaFile", own.Certificate)));
            await sidecar.Logs.NextAsync(Reloader);
        }

        var patience = Patience.Token();
        string answer;
        do
        {
            patience.ThrowIfCancellationRequested();
            answer = await sidecar.GetAsync();
        }
        while (sameFile && answer.Contains("error=tls_certificate_error", StringComparison.Ordinal));

        answer.ShouldStartWith("HTTP/1.1 200");
    }

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task Requests_in_flight_outlive_the_connections_pool_they_came_from(string protocol)
    {
        using var files = new CertificateFiles();
        using var certificate = files.Write("localhost");
        var go = new TaskCompletionSource();
        await using var app = await KestrelApp.StartHttpsAsync(certificate, async context =>
        {
            await context.Response.WriteAsync("start");
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("end");
        });
        var target = $"https://localhost:{app.Port}";
        Swap(Upstream(("Targets:0", target), ("Protocol", protocol), ("CaFile", files.Certificate)));
        await using var sidecar = await StartAsync();
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadThroughAsync("start");

        Swap(Upstream(("Targets:0", target), ("Protocol", protocol), ("CaFile", files.Certificate), ("ConnectTimeout", "3s")));
        await sidecar.Logs.NextAsync(Reloader);
        using var next = await sidecar.ConnectAsync();
        await next.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await next.ReadThroughAsync("start");
        go.SetResult();

        await client.ReadThroughAsync("end\r\n0\r\n\r\n");
        await next.ReadThroughAsync("end\r\n0\r\n\r\n");
    }

    [Fact]
    public async Task An_empty_section_is_one_with_its_defaults()
    {
        Swap("""{"Sidecar":{"Upstream":{"Affinity":{}},"Clusters":{"other":{}}}}""");
        await using var sidecar = await StartAsync();

        var options = sidecar.Services.GetRequiredService<SidecarSettings>().Current;

        options.Upstream.Affinity.ShouldBe(new());
        options.Clusters.Keys.ShouldBe(["other"]);
    }

    [Fact]
    public async Task A_missing_file_stops_the_start() =>
        (await Should.ThrowAsync<ConfigurationException>(StartAsync)).Problems.ShouldHaveSingleItem().ToString().ShouldBe($"SIDECAR_CONFIG: '{File}' is not allowed; it must be a JSON file that can be used: it is not there");

    public void Dispose() => _mount.Dispose();

    /// <summary>One request after the other on one connection, as fast as they are answered.</summary>
    private static async Task<List<string>> RequestUntilAsync(RunningSidecar sidecar, CancellationToken over)
    {
        using var client = await sidecar.ConnectAsync();
        var answers = new List<string>();
        while (!over.IsCancellationRequested)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            answers.Add(await client.ReadMessageAsync());
        }

        return answers;
    }

    private static string Targeting(ScriptedApp app) => """{"Sidecar":{"Upstream":{"Targets":["URL"]}}}""".Replace("URL", app.Url, StringComparison.Ordinal);

    private static string Upstream(params (string Key, string Value)[] settings) =>
        System.Text.Json.JsonSerializer.Serialize(new { Sidecar = new { Upstream = settings.ToDictionary(setting => setting.Key, setting => setting.Value) } });

    private Task<RunningSidecar> StartAsync() =>
        RunningSidecar.StartWithoutTargetAsync($"SIDECAR_CONFIG={File}", "Sidecar:ReloadInterval=10ms");

    private void Swap(string content) => _mount.Swap(("sidecar.json", content));
}
