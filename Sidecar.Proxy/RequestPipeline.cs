using System.Diagnostics.CodeAnalysis;
using Sidecar.Proxy.Admin;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Resilience.Concurrency;
using Sidecar.Proxy.Resilience.FaultInjection;
using Sidecar.Proxy.Resilience.RateLimiting;
using Sidecar.Proxy.Resilience.Retries;
using Sidecar.Proxy.Resilience.Timeouts;
using Sidecar.Proxy.Resources;
using Sidecar.Proxy.Security.Access;
using Sidecar.Proxy.Security.ExternalAuthorization;
using Sidecar.Proxy.Security.Identity;
using Sidecar.Proxy.Security.Transport;
using Sidecar.Proxy.Traffic;
using Sidecar.Proxy.Traffic.Mirroring;
using Sidecar.Proxy.Traffic.Rewriting;

namespace Sidecar.Proxy;

/// <summary>What a request passes, in this order.</summary>
internal static class RequestPipeline
{
    /// <summary>Adds the middlewares: all requests pass all of them.</summary>
    /// <param name="app">The sidecar.</param>
    public static void UseRequestPipeline(this WebApplication app)
    {
        app.UseAdmin(); // The admin port's requests go no further.
        app.UseHttp1(); // HTTP/1.x enters here, HTTP/2 above.
        app.UseDrain(); // Responses of all kinds ask clients to move on while the sidecar drains.
        app.UseRequestTelemetry(); // Whatever ends a request below, there is a record of it.
        app.UseStreamLimit(); // Before anything is spent on a request over HTTP/2 that is too many.
        app.UseRequestChecks(); // A request that cannot be read is rejected before anybody looks at it.
        app.UseHttpsRedirect(); // In cleartext nothing else is to be had on that port.
        app.UseAppStart(); // Rejections above need no application.
        app.Use(app.Services.GetRequiredService<FilterPipeline>().Before); // The filters below.
        app.UseForwarding(); // What comes as far is the application's.
    }

    /// <summary>Adds the filters: a request passes those that the configuration asks for.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddRequestFilters(this IServiceCollection services) => services
        .AddSingleton<FilterPipeline>()
        .AddFilter<RoutingFilter>() // All others may have a route's own options.
        .AddFilter<HstsFilter>() // Rejections carry the header, too.
        .AddFilter<ClientCertificateFilter>() // Says who the client is.
        .AddFilter<AccessFilter>() // Nothing is spent on who may not come in.
        .AddFilter<ExternalAuthorizationFilter>() // A question costs more than the sidecar's own rules.
        .AddFilter<RateLimitFilter>() // By an identity that is proven.
        .AddFilter<FaultFilter>() // What is made slow on purpose must not look to the next limit like a slow application.
        .AddFilter<ConcurrencyFilter>() // Holds a slot only for what goes to the application, or nearly.
        .AddFilter<RedirectFilter>() // Needs no application, but is limited like the rest.
        .AddFilter<MirrorFilter>() // A copy is of what the application receives.
        .AddFilter<TimeoutFilter>() // The time for all attempts begins.
        .AddFilter<RetryFilter>(); // Next to what it repeats.

    private static IServiceCollection AddFilter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFilter>(this IServiceCollection services)
        where TFilter : class, IRequestFilter => services.AddSingleton<IRequestFilter, TFilter>();
}
