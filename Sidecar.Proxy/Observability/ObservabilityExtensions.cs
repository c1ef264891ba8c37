using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Logs;
using Sidecar.Proxy.Observability.Prometheus;

namespace Sidecar.Proxy.Observability;

/// <summary>Adds the sidecar's telemetry.</summary>
public static class ObservabilityExtensions
{
    /// <summary>Adds OpenTelemetry through the service defaults, the access log, and a console that writes one line per message.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="serviceName">The service's name.</param>
    public static void AddObservability(this WebApplicationBuilder builder, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.AddServiceDefaults(serviceName, instrumentHttp: false);
        builder.Services.AddSingleton<RequestTracing>()
            .AddSingleton<RequestMetrics>()
            .AddSingleton<PrometheusRegistry>()
            .AddSingleton<AccessLog>()
            .AddSingleton<FailureLog>()
            .AddSingleton<RequestTelemetry>();
        builder.Services.TryAddSingleton(_ => new AccessLogWriter(Console.OpenStandardOutput()));

        builder.Logging.AddConsoleFormatter<SidecarConsoleFormatter, ConsoleFormatterOptions>();
        // Whatever a launcher sets (Aspire sets "simple", which writes two lines a message), the contract is one line.
        builder.Services.PostConfigure<ConsoleLoggerOptions>(options => options.FormatterName = SidecarConsoleFormatter.FormatterName);

        builder.Logging
            // The sidecar's own spans, records and failure lines stand in for what these write.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Yarp", LogLevel.None)
            .AddFilter(AccessLog.Category, LogLevel.None)
            .AddFilter<OpenTelemetryLoggerProvider>(AccessLog.Category, LogLevel.Information);
    }

    /// <summary>Opens and closes the telemetry of each request around what follows.</summary>
    /// <param name="app">The pipeline.</param>
    /// <returns>The pipeline.</returns>
    public static IApplicationBuilder UseRequestTelemetry(this IApplicationBuilder app) => app.UseMiddleware<RequestTelemetryMiddleware>();
}
