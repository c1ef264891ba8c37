using System.Diagnostics;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Observability.Metrics;
using Sidecar.Proxy.Observability.Tracing;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// The one sink that per-request telemetry is written through: a request and each of its attempts is opened and closed here, and
/// spans, metrics and the access log follow.
/// </summary>
/// <param name="tracing">Spans.</param>
/// <param name="metrics">Metrics.</param>
/// <param name="accessLog">The record of each request.</param>
/// <param name="failures">The line of each failure.</param>
/// <param name="settings">The configuration.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestTelemetry(
    RequestTracing tracing, RequestMetrics metrics, AccessLog accessLog, FailureLog failures, SidecarSettings settings, TimeProvider time)
{
    /// <summary>The request's head is complete.</summary>
    /// <param name="request">What is known of it.</param>
    public void Open(RequestRecord request)
    {
        var redactor = settings.Current.Redactor;
        request.VisiblePath = redactor.Path(request.Path);
        request.VisibleQuery = redactor.Query(request.Query);
        request.Time = time.GetUtcNow();
        request.Timestamp = time.GetTimestamp();
        tracing.Open(request);
        metrics.Open(request);
    }

    /// <summary>A head of HTTP/2 was rejected before there was a request.</summary>
    /// <param name="request">What could be made out, with <see cref="RequestRecord.Error"/> set.</param>
    public void Reject(RequestRecord request)
    {
        Open(request);
        Close(request);
    }

    /// <summary>The request is about to be sent to a target.</summary>
    /// <returns>The attempt, to be given to <see cref="Close(AttemptRecord)"/>.</returns>
    public AttemptRecord OpenAttempt(RequestRecord request, TargetAddress target)
    {
        var attempt = request.BeginAttempt(target, time.GetTimestamp());
        RequestTracing.Open(attempt);
        return attempt;
    }

    /// <summary>The target's response is complete, or there will be none.</summary>
    /// <param name="attempt">What became of it.</param>
    public void Close(AttemptRecord attempt)
    {
        var duration = time.GetElapsedTime(attempt.Timestamp);
        tracing.Close(attempt, attempt.Request.Time + time.GetElapsedTime(attempt.Request.Timestamp, attempt.Timestamp), duration);
        metrics.Close(attempt, duration);
    }

    /// <summary>Something below the pipeline threw; only whoever debugs sees where.</summary>
    public void Explain(Exception exception) => failures.Explain(exception);

    /// <summary>The response is complete, or the client is gone.</summary>
    /// <param name="request">What became of it.</param>
    public void Close(RequestRecord request)
    {
        request.Duration = time.GetElapsedTime(request.Timestamp);
        if (request.FirstByteTimestamp != 0)
            request.TimeToFirstByte = time.GetElapsedTime(request.Timestamp, request.FirstByteTimestamp);

        // Written while the span is current, so that log records and exemplars carry its ids.
        var outer = Activity.Current;
        Activity.Current = request.Span ?? outer;
        metrics.Close(request);
        accessLog.Write(request);
        if (request.Error is not null)
            failures.Write(request);
        Activity.Current = outer;
        tracing.Close(request);
    }
}
