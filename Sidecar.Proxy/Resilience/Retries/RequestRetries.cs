using Sidecar.Proxy.Upstream;

namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>The retries of one request: what may be repeated, and what is pending.</summary>
internal sealed class RequestRetries : IRetries, IDisposable
{
    private readonly HttpContext _context;
    private readonly RequestRecord _record;
    private readonly ForwardingRules _rules;
    private readonly RetryOptions _options;
    private readonly RetryAdmission _admission;
    private readonly Stream _client;
    private readonly ReplayableBody? _body;
    private readonly bool _isIdempotent;
    private string? _reason;
    private string? _sentFor;
    private TimeSpan _delay;
    private bool _isPending;
    private bool _hasFailed;

    /// <summary>Takes a request, whose body is kept from now on if that can be of use.</summary>
    /// <param name="context">The request.</param>
    /// <param name="rules">Its other rules.</param>
    /// <param name="options">What is retried.</param>
    /// <param name="admission">What decides whether there is room for a retry.</param>
    public RequestRetries(HttpContext context, ForwardingRules rules, RetryOptions options, RetryAdmission admission)
    {
        (_context, _rules, _options, _admission) = (context, rules, options, admission);
        _record = context.Features.GetRequiredFeature<RequestRecord>();
        _client = context.Request.Body;
        _isIdempotent = options.Idempotent
            || _record.Method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE"
            || (options.IdempotencyHeader is { } header && context.Request.Headers.ContainsKey(header));
        if (!_isIdempotent || context.Request.ContentLength > options.MaxBodyBytes || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
            return;
        _body = new(_client, options.MaxBodyBytes, admission.Bodies);
        context.Request.Body = _body.Open();
    }

    /// <inheritdoc />
    public bool Covers(int statusCode) => _options.Statuses.Contains(statusCode);

    /// <inheritdoc />
    public bool HoldsBack(AttemptRecord attempt, string? retryAfter)
    {
        _hasFailed = true;
        var wait = RetryAfter.Read(retryAfter, _admission.Time.GetUtcNow());
        return _isIdempotent && wait <= _options.MaxRetryAfter && TryPlan(attempt, RetryReason.Status, wait);
    }

    /// <inheritdoc />
    public bool IsPending(AttemptRecord attempt, ForwardingFailure? failure)
    {
        Settle(failure);
        return _isPending || (failure is not null && ReasonOf(attempt, failure) is { } reason && TryPlan(attempt, reason, TimeSpan.Zero));
    }

    /// <inheritdoc />
    public async ValueTask<bool> PauseAsync()
    {
        (_isPending, _hasFailed, _sentFor) = (false, false, _reason);
        _record.UpstreamAddress = null;
        _record.FirstByteTimestamp = 0;
        _context.Response.StatusCode = StatusCodes.Status200OK;
        _context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
        if (_body is not null)
            _context.Request.Body = _body.Open();
        if (_delay > TimeSpan.Zero)
            await Task.Delay(_delay, _admission.Time, _context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_context.RequestAborted.IsCancellationRequested;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_body is null)
            return;
        _context.Request.Body = _client;
        _body.Dispose();
    }

    private void Settle(ForwardingFailure? failure)
    {
        // Each attempt counts the bytes it reads; the client has sent them once.
        if (_body is not null)
            _record.BytesReceived = _body.Received;
        if (_sentFor is null)
            return;
        if (_hasFailed || failure is { IsAppsFault: true })
            _admission.Metrics.Failed(_sentFor);
        else if (failure is null)
            _admission.Metrics.Succeeded(_sentFor);
    }

    private string? ReasonOf(AttemptRecord attempt, ForwardingFailure failure)
    {
        if (!failure.IsAppsFault || attempt.StatusCode > 0 || _context.Response.HasStarted || _context.RequestAborted.IsCancellationRequested)
            return null;
        if (failure.IsUnsent)
            return RetryReason.Connect;
        if (!_isIdempotent)
            return null;
        if (failure.Error == ProxyError.ResponseTimeout)
            return RetryReason.Timeout;
        return failure.Error == ProxyError.ConnectionTerminated || failure.Error == ProxyError.ResponseIncomplete || failure.Error == ProxyError.HttpProtocolError ? RetryReason.Reset : null;
    }

    private bool TryPlan(AttemptRecord attempt, string reason, TimeSpan atLeast)
    {
        if (attempt.Resend >= _options.MaxRetries || !IsBodyThere)
            return false;
        var delay = _options.Backoff(attempt.Resend, Random.Shared.NextDouble());
        _delay = delay > atLeast ? delay : atLeast;
        if (!_admission.TryPass(attempt, _rules, _options, reason, _delay))
            return false;
        _reason = reason;
        _record.Note("sidecar.retry.reason", reason);
        return _isPending = true;
    }

    private bool IsBodyThere => _body?.IsKept ?? _record.BytesReceived == 0;
}
