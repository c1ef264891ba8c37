using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>Request metrics by OpenTelemetry's HTTP semantic conventions.</summary>
public sealed class RequestMetrics
{
    // The boundaries the semantic conventions ask for, in seconds.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    // Powers of four, from a small JSON answer to a large upload, in bytes.
    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28],
    };

    private readonly ActiveRequests _active = new();
    private readonly Histogram<double> _serverDuration;
    private readonly Histogram<double> _clientDuration;
    private readonly Histogram<long> _requestSize;
    private readonly Histogram<long> _responseSize;
    private readonly Counter<long> _failures;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Where meters come from.</param>
    public RequestMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Instrumentation.Name);
        meter.CreateObservableUpDownCounter("http.server.active_requests", _active.Measure, "{request}", "Requests in flight.");
        _serverDuration = meter.CreateHistogram("http.server.request.duration", "s", "Duration of requests.", tags: null, Durations);
        _clientDuration = meter.CreateHistogram("http.client.request.duration", "s", "Duration of attempts to have a target answer.", tags: null, Durations);
        _requestSize = meter.CreateHistogram("http.server.request.body.size", "By", "Size of request bodies, and of what came in after an upgrade.", tags: null, Sizes);
        _responseSize = meter.CreateHistogram("http.server.response.body.size", "By", "Size of response bodies, and of what went out after an upgrade.", tags: null, Sizes);
        _failures = meter.CreateCounter<long>("sidecar.request.failures", "{request}", "Requests that failed at the sidecar, by what happened and who ended them.");
    }

    /// <summary>Counts a request in.</summary>
    public void Open(RequestRecord request) => _active.Add(request, 1);

    /// <summary>Counts a request out and records its duration.</summary>
    public void Close(RequestRecord request)
    {
        _active.Add(request, -1);
        if (request.Error is { } error)
            _failures.Add(1, new("error.type", error.Token), new("sidecar.ended_by", RequestEnds.Name(request.EndedBy)));
        if (!_serverDuration.Enabled)
            return;

        var tags = new TagList
        {
            { "http.request.method", Instrumentation.KnownMethod(request.Method) },
            { "url.scheme", request.Scheme },
            { "network.protocol.version", request.ProtocolVersion },
        };
        if (request.Route is { } route)
            tags.Add("sidecar.route", route);
        AddOutcome(ref tags, request.StatusCode, request.Error?.Token, failsFrom: 500);
        _serverDuration.Record(request.Duration.TotalSeconds, tags);
        _requestSize.Record(request.BytesReceived, tags);
        _responseSize.Record(request.BytesSent, tags);
    }

    /// <summary>Records the duration of an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="duration">From its start to the end of the target's response.</param>
    public void Close(AttemptRecord attempt, TimeSpan duration)
    {
        if (!_clientDuration.Enabled)
            return;

        var tags = new TagList
        {
            { "http.request.method", Instrumentation.KnownMethod(attempt.Request.Method) },
            { "server.address", attempt.Target.Name },
            { "server.port", attempt.Target.BoxedPort },
        };
        AddOutcome(ref tags, attempt.StatusCode, attempt.Error?.Token, failsFrom: 400);
        _clientDuration.Record(duration.TotalSeconds, tags);
    }

    private static void AddOutcome(ref TagList tags, int statusCode, string? error, int failsFrom)
    {
        if (statusCode > 0)
            tags.Add("http.response.status_code", Instrumentation.BoxedStatus(statusCode));
        if ((error ?? (statusCode >= failsFrom ? Instrumentation.StatusText(statusCode) : null)) is { } type)
            tags.Add("error.type", type);
    }
}
