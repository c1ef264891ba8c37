using Sidecar.Proxy.Traffic;
using Sidecar.Proxy.Upstream;

namespace Sidecar.Proxy.Resilience;

/// <summary>Finds out how much a request matters.</summary>
internal static class Urgencies
{
    /// <summary>Looks at a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">What is known of it.</param>
    /// <param name="options">The configuration.</param>
    /// <returns>Its urgency.</returns>
    public static Urgency Of(HttpContext context, RequestRecord record, SidecarOptions options)
    {
        var header = context.Features.Get<Route>()?.Options.Resilience?.PriorityHeader ?? options.Resilience.PriorityHeader;
        if (header is not null && OutgoingHeaders.IsTrusted(record.ClientAddress, options.Headers) && context.Request.Headers.ContainsKey(header))
            return Urgency.Priority;
        return options.Tracing.IsHealthCheck(record.Path, record.UserAgent) ? Urgency.HealthCheck : Urgency.Ordinary;
    }
}

/// <summary>How much it matters that a request is not shed.</summary>
internal enum Urgency
{
    /// <summary>As any other.</summary>
    Ordinary,

    /// <summary>It looks like a health check, which anybody can claim: it may use the reserve, and waits like any other.</summary>
    HealthCheck,

    /// <summary>A trusted client says that it matters: it may use the reserve, and waits in front.</summary>
    Priority,
}
