using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Observability.Metrics;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Metrics;

public sealed class MetricsTests
{
    [Fact]
    public async Task Durations_are_measured_by_conventional_names()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var measured = new Measurements(sidecar.Services);

        await sidecar.GetAsync();
        await sidecar.AccessLog.NextAsync();

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

    [Theory]
    [InlineData("GET", "GET")]
    [InlineData("BREW", "_OTHER")]
    public async Task Requests_in_flight_are_counted_by_method_and_scheme(string method, string counted)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var metrics = new RecordedMetrics(sidecar);
        string[] tags = [$"http.request.method={counted}", "url.scheme=http"];

        var exchange = sidecar.ExchangeAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        metrics["http.server.active_requests", tags].ShouldBe(1);
        await connection.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        await exchange;
        await sidecar.AccessLog.NextAsync();

        metrics["http.server.active_requests", tags].ShouldBe(0);
    }

    [Fact]
    public async Task Bodies_are_measured_both_ways()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var measured = new Measurements(sidecar.Services);

        await sidecar.ExchangeAsync("BREW / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        await sidecar.AccessLog.NextAsync();

        measured.Of("http.server.request.body.size").ShouldHaveSingleItem().Value.ShouldBe(5);
        var sent = measured.Of("http.server.response.body.size").ShouldHaveSingleItem();
        sent.Value.ShouldBe(2);
        sent.Tags["http.request.method"].ShouldBe("_OTHER");
        sent.Tags.Keys.ShouldNotContain(key => key.Contains("path"));
    }

    [Fact]
    public async Task Failures_are_counted_by_kind_and_by_who_ended_the_request()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}");
        using var measured = new Measurements(sidecar.Services);

        await sidecar.GetAsync();
        await sidecar.AccessLog.NextAsync();

        var failure = measured.Of("sidecar.request.failures").ShouldHaveSingleItem();
        failure.Value.ShouldBe(1);
        failure.Tags["error.type"].ShouldBe("connection_refused");
        failure.Tags["sidecar.ended_by"].ShouldBe("upstream");
    }

    [Fact]
    public async Task Connections_to_the_app_are_counted_by_state()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var measured = new Measurements(sidecar.Services);
        var exchange = sidecar.GetAsync();
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        measured.Observe().ShouldBe([("idle", 0), ("active", 1)]);
        await connection.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        await exchange;
        await sidecar.AccessLog.NextAsync();

        measured.Observe().ShouldBe([("idle", 1), ("active", 0)]);
    }

    [Fact]
    public async Task Connections_to_an_app_that_speaks_HTTP_2_are_counted_by_state()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = await KestrelApp.StartHttp2Async(context =>
        {
            asked.SetResult();
            return answer.Task;
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Protocol=http2");
        using var measured = new Measurements(sidecar.Services);
        var exchange = sidecar.GetAsync();
        await asked.Task;

        measured.Observe().ShouldBe([("idle", 0), ("active", 1)]);
        answer.SetResult();
        await exchange;
        await sidecar.AccessLog.NextAsync();

        measured.Observe().ShouldBe([("idle", 1), ("active", 0)]);
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

        public IEnumerable<(string State, double Count)> Observe()
        {
            var before = _all.Count;
            _listener.RecordObservableInstruments();
            return [.. _all.Skip(before).Where(one => one.Name == "http.client.open_connections").Select(one => ((string)one.Tags["http.connection.state"]!, one.Value))];
        }

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _all.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
    }
}
