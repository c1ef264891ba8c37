namespace Sidecar.Proxy.Observability;

/// <summary>One clear line for each request that failed at the sidecar, in place of a stack trace.</summary>
/// <param name="logger">Where it goes.</param>
public sealed partial class FailureLog(ILogger<FailureLog> logger)
{
    /// <summary>Writes the line.</summary>
    /// <param name="request">A request whose <see cref="RequestRecord.Error"/> is set.</param>
    public void Write(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        if (request.Error is { } error)
            Failed(logger, error.Severity, request.Method, request.VisiblePath, request.Target?.Url ?? "-", request.StatusCode > 0 ? request.StatusCode : error.StatusCode, error.Token, request.ErrorDetail ?? error.Detail, (long)request.Duration.TotalMilliseconds);
    }

    /// <summary>Writes an exception with its stack, at the level of debugging.</summary>
    /// <param name="exception">What was thrown.</param>
    public void Explain(Exception exception) => Thrown(logger, exception);
}
