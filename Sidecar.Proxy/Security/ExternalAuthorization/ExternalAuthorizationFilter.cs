using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Security.Access;
using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Security.ExternalAuthorization;

/// <summary>Asks a service whether a request may pass.</summary>
/// <param name="metrics">What is measured of it.</param>
/// <param name="access">Where refusals are counted.</param>
/// <param name="time">The clock.</param>
internal sealed class ExternalAuthorizationFilter(ExternalAuthorizationMetrics metrics, AccessMetrics access, TimeProvider time) : IRequestFilter, IDisposable
{
    private const string Attribute = "sidecar.external_authorization";

    private ExternalAuthorizationClient? _client;

    /// <inheritdoc />
    public RequestDelegate Apply(RequestDelegate next, SidecarOptions options)
    {
        if (options.Security.External is not { } external)
            return next;
        // Connections outlive a reload that leaves the service as it is. Those of another one close by themselves.
        var client = _client = _client is { } old && old.IsFor(external) ? old : new(external, time);
        var gate = new ExternalAuthorizationGate(external, options.Security);
        return context => PassAsync(context, client, gate, options, external, next);
    }

    /// <inheritdoc />
    public void Dispose() => _client?.Dispose();

    private async Task PassAsync(HttpContext context, ExternalAuthorizationClient client, ExternalAuthorizationGate gate, SidecarOptions options, ExternalAuthorizationOptions external, RequestDelegate next)
    {
        if (context.Features.Get<ExternalExemption>() is not null)
        {
            gate.Drop(context);
            await next(context);
            return;
        }

        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var started = time.GetTimestamp();
        if (await client.AskAsync(context, record, options.Headers) is not { } answer)
        {
            await context.FailAsync(ProxyError.RequestError, "Host is not one that the authorization service can be asked about");
            return;
        }

        var outcome = answer switch
        {
            { IsAllowed: true } => "allowed",
            { Failure: null } => "denied",
            _ => external.FailOpen ? "failed_open" : "failed",
        };
        metrics.Record(time.GetElapsedTime(started), outcome);
        record.Note(Attribute, outcome);
        if (outcome is "denied" or "failed")
        {
            access.Deny($"external_{outcome}", context.Features.Get<Route>()?.Options.Name);
            record.Note("sidecar.access.denied", $"external_{outcome}");
            await (outcome == "denied"
                ? gate.RefuseAsync(context, record, answer)
                : context.FailAsync(SecurityErrors.ExternalFailed(external.StatusOnError), $"the authorization service failed: {answer.Failure}"));
            return;
        }

        gate.Drop(context);
        gate.Pass(context, answer);
        await next(context);
    }
}
