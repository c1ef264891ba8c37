using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using SidecarAspire.Hosting;
using SidecarAspire.Hosting.Reporting;

namespace Aspire.Hosting;

/// <summary>Puts a sidecar in front of an application.</summary>
public static class SidecarResourceBuilderExtensions
{
    internal const string AdminEndpoint = "admin";
    private const string Loopback = "localhost";

    /// <summary>
    /// Puts the sidecar that comes with this package in front of an application: <c>app.WithSidecar()</c>, or
    /// <c>app.WithSidecar(sidecar => sidecar.WithHttpEndpoint(port: 8080).WithExternalHttpEndpoints())</c>. It goes by the application's name
    /// with <c>-sidecar</c> after it, listens on a free port and is published as the image <c>sidecar-proxy</c> of this package's version.
    /// </summary>
    /// <typeparam name="TApp">The application's type.</typeparam>
    /// <param name="app">The application. It knows nothing of the sidecar.</param>
    /// <param name="configure">
    /// Describes the sidecar further: ports, variables, <see cref="WithConfiguration"/>, <see cref="WithImage"/>. It has the last word. An endpoint of its
    /// own, such as one by <c>WithHttpsEndpoint</c>, replaces the endpoint <c>http</c>.
    /// </param>
    /// <param name="endpointName">The application's endpoint; default <c>http</c>.</param>
    /// <returns>The application, for further description.</returns>
    /// <exception cref="DistributedApplicationException">The app host is run and the package's program is not there.</exception>
    public static IResourceBuilder<TApp> WithSidecar<TApp>(this IResourceBuilder<TApp> app, Action<IResourceBuilder<SidecarResource>>? configure = null, string endpointName = "http")
        where TApp : class, IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(app);

        var builder = app.ApplicationBuilder;
        var sidecar = builder.AddResource(new SidecarResource($"{app.Resource.Name}-sidecar", builder.AppHostDirectory));
        if (builder.ExecutionContext.IsRunMode)
        {
            sidecar.WithArgs(SidecarProgram.PathFor(builder.AppHostAssembly));
        }
        else
        {
            var container = new SidecarContainer(sidecar.Resource);
            sidecar
                .WithImage($"{SidecarProgram.Image}:{SidecarProgram.Version}")
                .WithManifestPublishingCallback(context => context.WriteContainerAsync(container));
        }

        var http = sidecar.WithHttpEndpoint().Resource.Annotations.OfType<EndpointAnnotation>().Single();
        return Attach(app, sidecar, endpointName, () =>
        {
            configure?.Invoke(sidecar);
            sidecar.WithEnvironment("PORT", Traffic(sidecar.Resource, http).Property(EndpointProperty.TargetPort));
        });
    }

    /// <summary>
    /// Puts a sidecar of one's own in front of an application: <c>app.WithSidecar(proxy)</c>. The sidecar forwards to the application's
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

        return Attach(app, proxy, endpointName);
    }

    /// <summary>
    /// Configures the sidecar, with the keys that a file has under <c>Sidecar</c>:
    /// <c>sidecar.WithConfiguration(json => json["Upstream"] = new JsonObject { ["ConnectTimeout"] = "3s" })</c>. Further calls change the same
    /// object. It holds when the app host runs and when it is published; in Kubernetes it is the ConfigMap.
    /// </summary>
    /// <param name="sidecar">The sidecar.</param>
    /// <param name="configure">Changes the object under <c>Sidecar</c>. A value that the sidecar cannot use stops it, with a line that names the key.</param>
    /// <returns>The sidecar, for further description.</returns>
    public static IResourceBuilder<SidecarResource> WithConfiguration(this IResourceBuilder<SidecarResource> sidecar, Action<JsonObject> configure)
    {
        ArgumentNullException.ThrowIfNull(sidecar);
        ArgumentNullException.ThrowIfNull(configure);

        if (!sidecar.Resource.TryGetLastAnnotation<SidecarConfigurationAnnotation>(out var configuration))
        {
            configuration = new();
            sidecar.WithAnnotation(configuration);
        }

        configure(configuration.Section);
        return sidecar;
    }

    /// <summary>Names the image that the sidecar is published as. When the app host runs it does nothing.</summary>
    /// <param name="sidecar">The sidecar.</param>
    /// <param name="image">The image, such as <c>registry.example/sidecar-proxy:1.0.0</c>.</param>
    /// <returns>The sidecar, for further description.</returns>
    public static IResourceBuilder<SidecarResource> WithImage(this IResourceBuilder<SidecarResource> sidecar, string image)
    {
        ArgumentNullException.ThrowIfNull(sidecar);
        ArgumentException.ThrowIfNullOrEmpty(image);

        if (sidecar.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            sidecar.ApplicationBuilder.CreateResourceBuilder(new SidecarContainer(sidecar.Resource)).WithImage(image, tag: null);
        }

        return sidecar;
    }

    // All that makes a resource the sidecar of an application; what `configure` says holds.
    private static IResourceBuilder<TApp> Attach<TApp, TProxy>(IResourceBuilder<TApp> app, IResourceBuilder<TProxy> proxy, string endpointName, Action? configure = null)
        where TApp : class, IResourceWithEndpoints
        where TProxy : class, IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport
    {
        FailureReport.AddTo(app.ApplicationBuilder.Services);
        // The orchestrator's own proxy in between would hold connections while the application is down,
        // where the sidecar has to answer 502 at once.
        app.WithEndpoint(endpointName, endpoint => endpoint.IsProxied = false, createIfNotExists: false);
        proxy
            .WithAnnotation(new SidecarAnnotation(app.Resource, endpointName))
            .WithEnvironment("TARGET", app.GetEndpoint(endpointName))
            .WithEnvironment("SRV_NAME", app.Resource.Name)
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

        configure?.Invoke();
        // After it, for WithExternalHttpEndpoints there means the traffic.
        proxy
            .WithHttpEndpoint(name: AdminEndpoint, env: "ADMIN_PORT", isProxied: false)
            .WithHttpHealthCheck("/readyz", endpointName: AdminEndpoint)
            .WithUrlForEndpoint(AdminEndpoint, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
        foreach (var endpoint in proxy.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.IsProxied = false;
        }

        return app;
    }

    // The sidecar has one port for the traffic.
    private static EndpointReference Traffic(SidecarResource sidecar, EndpointAnnotation http)
    {
        var own = sidecar.Annotations.OfType<EndpointAnnotation>()
            .FirstOrDefault(endpoint => endpoint != http && !endpoint.Name.Equals(AdminEndpoint, StringComparison.OrdinalIgnoreCase));
        if (own is null)
        {
            return new(sidecar, http);
        }

        sidecar.Annotations.Remove(http);
        return new(sidecar, own);
    }
}
