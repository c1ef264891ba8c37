using System.Diagnostics.CodeAnalysis;
using Sidecar.Proxy.Admin;
using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Resilience.Concurrency;
using Sidecar.Proxy.Resilience.FaultInjection;
using Sidecar.Proxy.Resilience.RateLimiting;
using Sidecar.Proxy.Resilience.Retries;
using Sidecar.Proxy.Resilience.Timeouts;
using Sidecar.Proxy.Security.Access;
using Sidecar.Proxy.Security.ExternalAuthorization;
using Sidecar.Proxy.Security.Identity;
using Sidecar.Proxy.Security.Transport;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Traffic;
using Sidecar.Proxy.Traffic.Mirroring;
using Sidecar.Proxy.Traffic.Rewriting;
using Sidecar.Proxy.Upstream;

namespace Sidecar.Proxy;

/// <summary>What a request passes, in this order.</summary>
internal static class RequestPipeline
{
    /// <summary>Puts the pipeline together.</summary>
    /// <param name="app">The sidecar.</param>
    public static void UseRequestPipeline(this WebApplication app)
    {
        app.UseAdmin(); // The admin port's requests go no further.
        app.UseServer(app.Services.GetRequiredService<FilterPipeline>().Before(app.Services.GetForwarding()));
    }

    /// <summary>Adds the filters: a request passes those that the configuration asks for, and then goes to the application.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddRequestFilters(this IServiceCollection services) => services
        .AddSingleton<FilterPipeline>()
        .AddFilter<DrainFilter>() // Responses of all kinds ask clients to move on while the sidecar drains.
        .AddFilter<RequestTelemetryFilter>() // Whatever ends a request below, there is a record of it.
        .AddFilter<HstsFilter>() // Rejections carry Strict-Transport-Security, too.
        .AddFilter<StreamLimitFilter>() // Before anything is spent on a request over HTTP/2 that is too many.
        .AddFilter<RequestChecksFilter>() // A request that cannot be read is rejected before anybody looks at it.
        .AddFilter<HttpsRedirectFilter>() // The cleartext port serves nothing else.
        .AddFilter<AppStartFilter>() // From here on requests may wait for the application; rejections above do not.
        .AddFilter<RoutingFilter>() // Before all to which a route may give options of its own.
        .AddFilter<ClientCertificateFilter>() // Before anything that asks who the client is.
        .AddFilter<AccessFilter>() // Before anything is spent on a request that is not allowed.
        .AddFilter<ExternalAuthorizationFilter>() // After the sidecar's own rules, which cost less than asking a service.
        .AddFilter<RateLimitFilter>() // After authentication, because a limit may go by identity.
        .AddFilter<FaultFilter>() // Before the concurrency limit, to which a delay must not look like a slow application.
        .AddFilter<ConcurrencyFilter>() // After all that rejects, so that a slot is held for a request that is served.
        .AddFilter<RedirectFilter>() // Limited like the rest, though no application is needed.
        .AddFilter<MirrorFilter>() // Only what the application receives is copied.
        .AddFilter<TimeoutFilter>() // Around all attempts.
        .AddFilter<RetryFilter>(); // Last, next to the forwarding that it repeats.

    private static IServiceCollection AddFilter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFilter>(this IServiceCollection services)
        where TFilter : class, IRequestFilter => services.AddSingleton<IRequestFilter, TFilter>();
}
