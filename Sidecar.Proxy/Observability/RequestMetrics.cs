using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Forwarding.Http1;

namespace Sidecar.Proxy.Observability;

/// <summary>Request metrics by OpenTelemetry's HTTP semantic conventions.</summary>
public sealed class RequestMetrics
{
    // The boundaries the semantic conventions ask for, in seconds.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _serverDuration;
    private readonly Histogram<double> _clientDuration;
    private readonly Counter<long> _bytesReceived;
    private readonly Counter<long> _bytesSent;
    private readonly Counter<long> _errors;
    private readonly UpDownCounter<long> _connections;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Where meters come from.</param>
    /// <param name="pools">The connections to the application.</param>
    /// <param name="accessLog">Where lines may be lost.</param>
    public RequestMetrics(IMeterFactory meters, Http1Forwarder pools, AccessLogWriter accessLog)
    {
        ArgumentNullException.ThrowIfNull(meters);

        var meter = meters.Create(Instrumentation.Name);
        _active = meter.CreateUpDownCounter<long>("http.server.active_requests", "{request}", "Requests in flight.");
        _serverDuration = meter.CreateHistogram("http.server.request.duration", "s", "Duration of requests.", tags: null, Durations);
        _clientDuration = meter.CreateHistogram("http.client.request.duration", "s", "Duration of attempts to have a target answer.", tags: null, Durations);
        _bytesReceived = meter.CreateCounter<long>("sidecar.request.body", "By", "Bytes of request bodies and upgraded streams from clients.");
        _bytesSent = meter.CreateCounter<long>("sidecar.response.body", "By", "Bytes of response bodies and upgraded streams to clients.");
        _errors = meter.CreateCounter<long>("sidecar.errors", "{error}", "Requests that failed at the sidecar, by the kind of failure.");
        _connections = meter.CreateUpDownCounter<long>("sidecar.connections", "{connection}", "Open connections of clients to the traffic port.");
        meter.CreateObservableGauge("http.client.open_connections", () => OpenConnections(pools), "{connection}", "Connections to the application, in use and idle.");
        meter.CreateObservableCounter("sidecar.access_log.lost", () => accessLog.Lost, "{record}", "Access log lines that found no room.");
    }

    /// <summary>Counts a client's connection in or out.</summary>
    /// <param name="change">1 or -1.</param>
    public void Connection(int change) => _connections.Add(change);

    /// <summary>Counts a request in.</summary>
    /// <param name="request">The request.</param>
    public void Open(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        if (_active.Enabled)
            _active.Add(1, ActiveTags(request));
    }

    /// <summary>Counts a request out and records its duration.</summary>
    /// <param name="request">The request.</param>
    public void Close(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        if (_active.Enabled)
            _active.Add(-1, ActiveTags(request));
        if (request.BytesReceived > 0)
            _bytesReceived.Add(request.BytesReceived);
        if (request.BytesSent > 0)
            _bytesSent.Add(request.BytesSent);
        if (request.Error is { } error)
            _errors.Add(1, new KeyValuePair<string, object?>("error.type", error.Token));
        if (!_serverDuration.Enabled)
            return;

        var tags = ActiveTags(request);
        tags.Add("network.protocol.version", request.ProtocolVersion);
        AddOutcome(ref tags, request.StatusCode, request.Error?.Token, failsFrom: 500);
        _serverDuration.Record(request.Duration.TotalSeconds, tags);
    }

    /// <summary>Records the duration of an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="duration">From its start to the end of the target's answer.</param>
    public void Close(AttemptRecord attempt, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(attempt);

        if (!_clientDuration.Enabled)
            return;

        var tags = new TagList
        {
            { "http.request.method", Instrumentation.KnownMethod(attempt.Request.Method) },
            { "server.address", attempt.Target.Host },
            { "server.port", attempt.Target.BoxedPort },
        };
        AddOutcome(ref tags, attempt.StatusCode, attempt.Error?.Token, failsFrom: 400);
        _clientDuration.Record(duration.TotalSeconds, tags);
    }

    private static IEnumerable<Measurement<int>> OpenConnections(Http1Forwarder forwarder)
    {
        foreach (var pool in forwarder.Pools)
        {
            var (open, idle) = (pool.Open, pool.Idle);
            yield return Measure(pool.Target, open - idle, "active");
            yield return Measure(pool.Target, idle, "idle");
        }

        static Measurement<int> Measure(Target target, int count, string state) => new(
            count,
            new KeyValuePair<string, object?>("server.address", target.Host),
            new KeyValuePair<string, object?>("server.port", target.BoxedPort),
            new KeyValuePair<string, object?>("http.connection.state", state));
    }

    private static TagList ActiveTags(RequestRecord request) => new()
    {
        { "http.request.method", Instrumentation.KnownMethod(request.Method) },
        { "url.scheme", request.Scheme },
    };

    private static void AddOutcome(ref TagList tags, int statusCode, string? error, int failsFrom)
    {
        if (statusCode > 0)
            tags.Add("http.response.status_code", Instrumentation.BoxedStatus(statusCode));
        if ((error ?? (statusCode >= failsFrom ? Instrumentation.StatusText(statusCode) : null)) is { } type)
            tags.Add("error.type", type);
    }
}
