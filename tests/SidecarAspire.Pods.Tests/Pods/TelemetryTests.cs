using Sidecar.Proxy.Tests.Wire;

namespace SidecarAspire.Pods.Tests.Pods;

/// <summary>What the sidecar of the image tells a collector.</summary>
public sealed class TelemetryTests(Node node)
{
    // Takes OTLP over gRPC and says what it was sent, and whether our service sent it.
    private const string Collector = """
        const server = require('node:http2').createServer();
        server.on('stream', (stream, headers) => {
          const parts = [];
          stream.on('data', (part) => parts.push(part));
          stream.on('end', () => {
            console.log(headers[':path'] + ' ' + Buffer.concat(parts).includes('legacy-app'));
            stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
            stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
            stream.end(Buffer.alloc(5));
          });
        });
        server.listen(4317, '127.0.0.1', () => console.log('listening'));
        """;

    [Fact]
    public async Task Logs_traces_and_metrics_reach_the_collector_that_the_manifest_names()
    {
        await using var pod = await Pod.CreateAsync(node, "--k8s:OtlpEndpoint=http://localhost:4317");
        await pod.StartSidecarsAsync();
        using var collector = pod.Sidecar.StartInNetwork("node", "-e", Collector);
        (await collector.StandardOutput.ReadLineAsync(Patience.Token())).ShouldBe("listening");
        await pod.StartContainersAsync();

        await pod.GetAsync($"{pod.TrafficUrl}/");
        // The last telemetry is sent before it ends.
        await pod.Sidecar.TerminateAsync();
        (await pod.Sidecar.ExitAsync()).ShouldBe(0);

        var received = new HashSet<string>();
        foreach (var signal in new[] { "trace.v1.Trace", "logs.v1.Logs", "metrics.v1.Metrics" })
            await UntilAsync($"/opentelemetry.proto.collector.{signal}Service/Export true");
        collector.Kill();

        async Task UntilAsync(string line)
        {
            while (!received.Contains(line))
                received.Add((await collector.StandardOutput.ReadLineAsync(Patience.Token())).ShouldNotBeNull());
        }
    }
}
