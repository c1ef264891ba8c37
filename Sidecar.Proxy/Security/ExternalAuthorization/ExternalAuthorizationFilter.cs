using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Security.Access;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Security.ExternalAuthorization;

/// <summary>Asks a service whether a request may pass.</summary>
/// <param name="meters">Where meters come from.</param>
/// <param name="access">Where rejections are counted.</param>
/// <param name="time">The clock.</param>
internal sealed class ExternalAuthorizationFilter(IMeterFactory meters, AccessMetrics access, TimeProvider time) : IRequestFilter, IDisposable
{
    private const string Attribute = "sidecar.external_authorization";

    private static readonly InstrumentAdvice<double> Durations = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] };

    private readonly Histogram<double> _duration = meters.Create(Instrumentation.Name)
        .CreateHistogram("sidecar.external_authorization.duration", "s", "Duration of questions to the authorization service, by what came of them.", tags: null, Durations);
    private ExternalAuthorizationClient? _client;

    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        if (options.Security.External is not { } external)
            return next;
        // Connections outlive a reload that leaves the service as it is. Those of another one close by themselves.
        var client = _client = _client is { } old && old.IsFor(external) ? old : new(external, time);
        var enforcer = new ExternalAuthorizationEnforcer(external, options.Security);
        return context => PassAsync(context, client, enforcer, options, external, next);
    }

    /// <inheritdoc />
    public void Dispose() => _client?.Dispose();

    private async ValueTask PassAsync(HttpContext context, ExternalAuthorizationClient client, ExternalAuthorizationEnforcer enforcer, SidecarOptions options, ExternalAuthorizationOptions external, RequestHandler next)
    {
        if (context.Features.Get<ExternalExemption>() is not null)
        {
            enforcer.Drop(context);
            await next(context);
            return;
        }

        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var started = time.GetTimestamp();
        if (await client.AskAsync(context, record, options.Headers) is not { } decision)
        {
            await context.FailAsync(ProxyError.RequestError, "Host is not one that the authorization service can be asked about");
            return;
        }

        var outcome = decision switch
        {
            { IsAllowed: true } => "allowed",
            { Failure: null } => "denied",
            _ => external.FailOpen ? "failed_open" : "failed",
        };
        _duration.Record(time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("sidecar.outcome", outcome));
        record.Note(Attribute, outcome);
        if (outcome is "denied" or "failed")
        {
            access.Deny($"external_{outcome}", context.Features.Get<Route>()?.Options.Name);
            record.Note("sidecar.access.denied", $"external_{outcome}");
            await (outcome == "denied"
                ? enforcer.RejectAsync(context, record, decision)
                : context.FailAsync(SecurityErrors.ExternalFailed(external.StatusOnError), $"the authorization service failed: {decision.Failure}"));
            return;
        }

        enforcer.Drop(context);
        enforcer.Pass(context, decision);
        await next(context);
    }
}
