using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Tracing;

/// <summary>In processes of their own: a tracer provider listens to every sidecar of its process.</summary>
public sealed class SamplerTests
{
    [Theory]
    [InlineData("", "", "root", "sampled")]
    [InlineData("always_on", "", "root", "sampled", "unsampled")]
    [InlineData("always_off", "")]
    [InlineData("traceidratio", "1", "root", "sampled", "unsampled")]
    [InlineData("traceidratio", "0")]
    [InlineData("parentbased_always_on", "", "root", "sampled")]
    [InlineData("parentbased_always_off", "", "sampled")]
    [InlineData("parentbased_traceidratio", "0", "sampled")]
    [InlineData("xray", "", "root", "sampled")]
    [InlineData("parentbased_jaeger_remote", "endpoint=http://localhost:14250,pollingIntervalMs=5000", "root", "sampled")]
    public async Task OTEL_TRACES_SAMPLER_says_what_is_recorded(string sampler, string argument, params string[] recorded)
    {
        await using var collector = await OtlpCollector.StartAsync("http/protobuf");
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"),
            ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument));
        await sidecar.IsLiveAsync(adminPort);
        using (var client = await RawConnection.OpenAsync(port))
        {
            foreach (var (path, header) in new[] { ("root", ""), ("sampled", Parent("01")), ("unsampled", Parent("00")) })
            {
                await client.SendAsync($"GET /only-{path}- HTTP/1.1\r\nHost: a\r\n{header}\r\n");
                await client.ReadMessageAsync();
            }
        }

        sidecar.Signal("TERM");

        (await sidecar.ExitAsync()).ExitCode.ShouldBe(0);
        string[] all = ["root", "sampled", "unsampled"];
        all.Where(path => collector.Received("traces").Contains($"/only-{path}-")).ShouldBe(recorded);
        var output = await sidecar.Output.ReadToEndAsync(Patience.Token());
        output.Split('\n').Where(line => line.Contains("OTEL_TRACES_SAMPLER", StringComparison.Ordinal)).ShouldBe(sampler is "xray" or "parentbased_jaeger_remote"
            ? [$"warn: OTEL_TRACES_SAMPLER: '{sampler}' is ignored, parentbased_always_on holds; it can be always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio"]
            : []);
        // Health checks on the admin port are never recorded.
        collector.Received("traces").ShouldNotContain("livez");
    }

    [Fact]
    public async Task Without_tracing_the_app_is_free_to_begin_its_own_trace()
    {
        await using var app = ScriptedApp.Start();
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"),
            ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"), ("OTEL_PROPAGATORS", "b3,jaeger,tracecontext"));
        await sidecar.IsLiveAsync(adminPort);
        using var client = await RawConnection.OpenAsync(port);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        await client.ReadHeadAsync();

        head.ShouldNotContain("traceparent");
        head.ShouldNotContain("\r\nb3:");
        await sidecar.SaysAsync("warn: OTEL_PROPAGATORS: 'jaeger' is ignored");
    }

    private static string Parent(string flags) => $"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flags}\r\n";
}
