using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding;

/// <summary>A transport: sends one request to one target and brings back the answer. It decides nothing.</summary>
public interface IForwarder
{
    /// <summary>Forwards a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="attempt">The attempt, whose target and telemetry it uses.</param>
    /// <returns>What went wrong, or null. If the response has not started then, the caller answers.</returns>
    Task<ForwardingFailure?> ForwardAsync(HttpContext context, AttemptRecord attempt);
}
