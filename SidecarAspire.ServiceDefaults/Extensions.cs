using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// What every service of the solution has in common, after Aspire's template. Service discovery and resilience of HttpClient are left
/// out: no service here calls another by HttpClient.
/// </summary>
public static class Extensions
{
    private const string HealthEndpointPath = "/health";
    private const string AlivenessEndpointPath = "/alive";

    /// <summary>Adds OpenTelemetry (exported when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set) and the default health checks.</summary>
    /// <param name="builder">The host to configure.</param>
    /// <param name="serviceName">The service's name where <c>OTEL_SERVICE_NAME</c> is not set; the application's name by default.</param>
    /// <param name="instrumentHttp">
    /// <see langword="true"/> (the default) collects what ASP.NET Core and HttpClient emit themselves; <see langword="false"/> is for a
    /// service that emits its own HTTP spans and metrics, as the sidecar does.
    /// </param>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <returns>The builder.</returns>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, string? serviceName = null, bool instrumentHttp = true)
        where TBuilder : IHostApplicationBuilder
    {
        builder.ConfigureOpenTelemetry(serviceName, instrumentHttp);
        builder.AddDefaultHealthChecks();
        return builder;
    }

    /// <summary>Adds logs, metrics and traces when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, with the resource that <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> describe.</summary>
    /// <param name="builder">The host to configure.</param>
    /// <param name="serviceName">The service's name where <c>OTEL_SERVICE_NAME</c> is not set.</param>
    /// <param name="instrumentHttp">Whether to collect what ASP.NET Core and HttpClient emit.</param>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <returns>The builder.</returns>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder, string? serviceName = null, bool instrumentHttp = true)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddMissingServiceAttributes(builder.Configuration, serviceName ?? builder.Environment.ApplicationName));

        // Without a place to send it to, nothing is collected: a span that nobody reads costs as much as one that somebody does.
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return builder;

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(builder.Environment.ApplicationName)
                    .AddRuntimeInstrumentation();
                if (instrumentHttp)
                {
                    metrics.AddAspNetCoreInstrumentation()
                        .AddHttpClientInstrumentation();
                }
            })
            .WithTracing(tracing =>
            {
                tracing.AddSource(builder.Environment.ApplicationName);
                if (instrumentHttp)
                {
                    // A probe every few seconds would drown everything else.
                    tracing.AddAspNetCoreInstrumentation(options => options.Filter = context => !IsHealthCheck(context.Request.Path))
                        .AddHttpClientInstrumentation();
                }
            });

        // Protocol, headers, batch sizes and delays are read from OTEL_* by the exporter itself.
        builder.Services.AddOpenTelemetry().UseOtlpExporter();
        return builder;
    }

    /// <summary>Adds a liveness check that only says that the process answers.</summary>
    /// <param name="builder">The host to configure.</param>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <returns>The builder.</returns>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddHealthChecks()
            .AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        return builder;
    }

    /// <summary>Maps <c>/health</c> (all checks) and <c>/alive</c> (checks tagged <c>live</c>), in development only: they tell strangers too much.</summary>
    /// <param name="app">The application to map them in.</param>
    /// <returns>The application.</returns>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);

        if (app.Environment.IsDevelopment())
        {
            app.MapHealthChecks(HealthEndpointPath);
            app.MapHealthChecks(AlivenessEndpointPath, new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") });
        }

        return app;
    }

    private static bool IsHealthCheck(PathString path) => path.StartsWithSegments(HealthEndpointPath) || path.StartsWithSegments(AlivenessEndpointPath);

    /// <summary>The environment wins: only what OTEL_* leaves open is filled in.</summary>
    private static void AddMissingServiceAttributes(this ResourceBuilder resource, IConfiguration configuration, string serviceName)
    {
        var given = (configuration["OTEL_RESOURCE_ATTRIBUTES"] ?? "").Split(',').Select(pair => pair.Split('=')[0].Trim()).ToHashSet();
        var attributes = new Dictionary<string, object>();
        if (string.IsNullOrWhiteSpace(configuration["OTEL_SERVICE_NAME"]) && !given.Contains("service.name"))
            attributes["service.name"] = serviceName;
        if (!given.Contains("service.instance.id"))
            attributes["service.instance.id"] = Guid.NewGuid().ToString();
        resource.AddAttributes(attributes);
    }
}
