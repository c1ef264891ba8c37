using Aspire.Hosting.ApplicationModel;
using SidecarAspire.Hosting.Reporting;

namespace Aspire.Hosting;

/// <summary>Puts a sidecar in front of an application.</summary>
public static class SidecarResourceBuilderExtensions
{
    internal const string AdminEndpoint = "admin";
    private const string Loopback = "localhost";

    /// <summary>
    /// Puts a sidecar in front of an application: <c>app.WithSidecar(proxy)</c>. The sidecar forwards to the application's
    /// endpoint, goes by its name, starts once it is up and is shown below it; both listen on loopback only.
    /// </summary>
    /// <typeparam name="TApp">The application's type.</typeparam>
    /// <typeparam name="TProxy">The sidecar's type.</typeparam>
    /// <param name="app">The application. It knows nothing of the sidecar.</param>
    /// <param name="proxy">The sidecar, <c>Sidecar.Proxy</c> or a program with the same environment: <c>TARGET</c>, <c>PORT</c>, <c>SRV_NAME</c>, <c>ADMIN_PORT</c>.</param>
    /// <param name="endpointName">The application's endpoint; default <c>http</c>.</param>
    /// <returns>The application, for further description.</returns>
    public static IResourceBuilder<TApp> WithSidecar<TApp, TProxy>(this IResourceBuilder<TApp> app, IResourceBuilder<TProxy> proxy, string endpointName = "http")
        where TApp : class, IResourceWithEndpoints
        where TProxy : class, IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(proxy);
        FailureReport.AddTo(app.ApplicationBuilder.Services);

        // The orchestrator's own proxy in between would hold connections while the application is down,
        // where the sidecar has to answer 502 at once.
        app.WithEndpoint(endpointName, endpoint => endpoint.IsProxied = false, createIfNotExists: false);
        foreach (var endpoint in proxy.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.IsProxied = false;
        }

        proxy
            .WithAnnotation(new SidecarAnnotation(app.Resource, endpointName))
            .WithEnvironment("TARGET", app.GetEndpoint(endpointName))
            .WithEnvironment("SRV_NAME", app.Resource.Name)
            .WithHttpEndpoint(name: AdminEndpoint, env: "ADMIN_PORT", isProxied: false)
            .WithHttpHealthCheck("/readyz", endpointName: AdminEndpoint)
            .WithUrlForEndpoint(AdminEndpoint, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithOtlpExporter()
            .WaitFor(app)
            .WithParentRelationship(app.Resource);
        if (app.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            proxy
                // A stop ends the dashboard first: the last export must not wait long for it.
                .WithEnvironment(context => context.EnvironmentVariables.TryAdd("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"))
                .WithEnvironment("Sidecar__Listener__Address", Loopback)
                .WithEnvironment("Sidecar__Admin__Address", Loopback);
        }
        else
        {
            // Aspire turns it on for published projects. ASP.NET Core then believes whoever says X-Forwarded-For: 127.0.0.1, and the admin
            // port has endpoints for loopback alone; whom the sidecar trusts is its own configuration's matter.
            proxy.WithEnvironment("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "false");
        }

        return app;
    }
}
