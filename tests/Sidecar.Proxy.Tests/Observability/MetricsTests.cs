using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class MetricsTests
{
    [Fact]
    public async Task Durations_and_requests_in_flight_are_measured_by_conventional_names()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var measured = new Measurements(sidecar.Services);

        await sidecar.GetAsync();
        await sidecar.AccessLog.NextAsync();

        measured.Of("http.server.active_requests").Select(one => one.Value).ShouldBe([1, -1]);
        var server = measured.Of("http.server.request.duration").ShouldHaveSingleItem();
        server.Value.ShouldBeGreaterThan(0);
        server.Tags["http.request.method"].ShouldBe("GET");
        server.Tags["http.response.status_code"].ShouldBe(404);
        server.Tags["network.protocol.version"].ShouldBe("1.1");
        server.Tags["url.scheme"].ShouldBe("http");
        server.Tags.ContainsKey("error.type").ShouldBeFalse();
        var client = measured.Of("http.client.request.duration").ShouldHaveSingleItem();
        client.Tags["server.address"].ShouldBe("127.0.0.1");
        client.Tags["server.port"].ShouldBe(app.Port);
        client.Tags["error.type"].ShouldBe("404");
    }

    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _all = new();

        public Measurements(IServiceProvider services)
        {
            var scope = services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Sidecar.Proxy" && ReferenceEquals(instrument.Meter.Scope, scope))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            services.GetRequiredService<RequestMetrics>();
            _listener.Start();
        }

        public IReadOnlyList<(double Value, Dictionary<string, object?> Tags)> Of(string name) =>
            [.. _all.Where(one => one.Name == name).Select(one => (one.Value, one.Tags))];

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _all.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
    }
}
