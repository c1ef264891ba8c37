using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class OtlpExportTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Logs_traces_and_metrics_are_exported_and_flushed_on_exit(string protocol)
    {
        await using var collector = await Collector.StartAsync(protocol);
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("SRV_NAME", "legacy"),
            ("Sidecar__Lifecycle__DrainDelay", "0s"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=secret"),
            // Long enough that only the flush on exit can have sent anything.
            ("OTEL_BSP_SCHEDULE_DELAY", "600000"), ("OTEL_BLRP_SCHEDULE_DELAY", "600000"), ("OTEL_METRIC_EXPORT_INTERVAL", "600000"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=instance-7"));
        await sidecar.IsLiveAsync(adminPort);
        using (var client = await RawConnection.OpenAsync(port))
        {
            await client.SendAsync("GET /orders/7 HTTP/1.1\r\nHost: a\r\n\r\n");
            (await client.ReadMessageAsync()).ShouldEndWith("ok");
        }

        sidecar.Signal("TERM");

        (await sidecar.ExitAsync()).ShouldBe((0, ""));
        collector.Received("traces").ShouldContain("url.full");
        collector.Received("logs").ShouldContain($"legacy - {app.Url} - /orders/7 - ");
        collector.Received("metrics").ShouldContain("http.server.request.duration");
        collector.Received("metrics").ShouldContain("http.client.request.duration");
        collector.Received("metrics").ShouldContain("http.server.active_requests");
        foreach (var signal in new[] { "traces", "logs", "metrics" })
        {
            collector.Received(signal).ShouldContain("instance-7");
            collector.Received(signal).ShouldContain("legacy");
        }

        collector.Keys.ShouldAllBe(key => key == "secret");
    }

    /// <summary>Takes what an OTLP exporter sends; protobuf strings are readable as they are.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, string> _received = new();

        public string Url => app.Urls.Single();

        public ConcurrentBag<string> Keys { get; } = [];

        public static async Task<Collector> StartAsync(string protocol)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
                listen.Protocols = protocol == "grpc" ? HttpProtocols.Http2 : HttpProtocols.Http1));
            var app = builder.Build();
            var collector = new Collector(app);
            app.Run(collector.TakeAsync);
            await app.StartAsync();
            return collector;
        }

        public string Received(string signal) => _received.GetValueOrDefault(signal, "");

        public async ValueTask DisposeAsync() => await app.DisposeAsync();

        private async Task TakeAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var path = context.Request.Path.Value!;
            var signal = path.Contains("trace", StringComparison.Ordinal) ? "traces" : path.Contains("log", StringComparison.Ordinal) ? "logs" : "metrics";
            _received.AddOrUpdate(signal, Encoding.UTF8.GetString(body.ToArray()), (_, before) => before + Encoding.UTF8.GetString(body.ToArray()));
            Keys.Add(context.Request.Headers["x-key"].ToString());
            context.Response.ContentType = context.Request.ContentType;
            if (context.Request.ContentType != "application/grpc")
                return;
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }
}
