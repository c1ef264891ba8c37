using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Observability.Metrics;
using Sidecar.Proxy.Observability.Otlp;
using Sidecar.Proxy.Observability.Tracing;

namespace Sidecar.Proxy.Observability;

/// <summary>Adds the sidecar's telemetry.</summary>
public static class ObservabilityExtensions
{
    // The SDK makes room for 2,000 series of each instrument at once, 160 KB. Only requests come in so many kinds; of the rest there is one for each target, port or reason.
    private const int MaxSeries = 250;

    /// <summary>Adds OpenTelemetry through the service defaults, the access log, and a console that writes one line per message.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">The configuration to start with.</param>
    public static void AddObservability(this WebApplicationBuilder builder, SidecarOptions options)
    {
        OpenTelemetryVariables.Check(builder.Configuration);
        // Whatever a launcher sets (Aspire sets the "simple" formatter, which writes two lines a message), the contract is one line.
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults(options.ServiceName, instrumentHttp: false);
        builder.Services.TryAddSingleton(OtlpSinks.Create);
        builder.Services.AddSingleton(TracingEnvironment.Sampler(builder.Configuration))
            .AddSingleton<RequestTracing>()
            .AddSingleton<RequestMetrics>()
            .AddSingleton<AccessLog>()
            .AddSingleton<FailureLog>()
            .AddSingleton<ConnectionFailures>()
            .AddSingleton<ServerFaults>()
            .AddSingleton<RequestTelemetry>()
            .AddHostedService<TracingWarnings>();
        builder.Services.ConfigureOpenTelemetryLoggerProvider(logging => logging.AddProcessor(new StackTraceFilter()));
        // Kestrel counts its connections by OpenTelemetry's names itself.
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics
            .AddMeter("Microsoft.AspNetCore.Server.Kestrel")
            .AddView(static instrument => instrument.Name.StartsWith("http.", StringComparison.Ordinal) ? null : new MetricStreamConfiguration { CardinalityLimit = MaxSeries }));
        if (options.Metrics.Prometheus)
            builder.AddPrometheus();
        builder.Services.TryAddSingleton(_ => new StandardOutput(StandardStream.OpenOutput(), options.AccessLog.MaxPendingBytes, StandardStream.OpenError()));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, StandardOutputLoggerProvider>());

        builder.Logging
            // The sidecar's own spans, records and failure lines stand in for what these write.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Yarp", LogLevel.None)
            .AddFilter(ServerFaults.Category, LogLevel.None);
    }
}
