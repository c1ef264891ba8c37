using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream;

/// <summary>A transport: sends one request to one target and brings back the response. It decides nothing.</summary>
internal interface IForwarder
{
    /// <summary>Forwards a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">Where to.</param>
    /// <param name="attempt">The attempt, whose target and telemetry it uses.</param>
    /// <param name="rules">What policies ask of it, or null.</param>
    /// <returns>What went wrong, or null. If the response has not started then, the caller answers, unless the rules have held a response back.</returns>
    ValueTask<ForwardingFailure?> ForwardAsync(HttpContext context, Target target, AttemptRecord attempt, ForwardingRules? rules);
}
