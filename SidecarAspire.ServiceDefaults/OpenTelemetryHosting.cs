using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

// The part of OpenTelemetry.Extensions.Hosting that is used here, under the same name. Left out of the build when that package
// can be restored (AspirePackages=true).
namespace OpenTelemetry
{
    /// <summary>Configures OpenTelemetry in a service collection; the providers start with the host.</summary>
    /// <param name="services">The collection that the providers are registered in.</param>
    public sealed class OpenTelemetryBuilder(Microsoft.Extensions.DependencyInjection.IServiceCollection services) : IOpenTelemetryBuilder
    {
        /// <inheritdoc />
        public Microsoft.Extensions.DependencyInjection.IServiceCollection Services { get; } = services;
    }
}

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Adds OpenTelemetry to a host.</summary>
    public static class OpenTelemetryServicesExtensions
    {
        /// <summary>Starts the tracer, meter and logger providers with the host. Calling it again returns the same registration.</summary>
        /// <param name="services">The host's services.</param>
        /// <returns>A builder for traces, metrics, logs and the resource.</returns>
        public static OpenTelemetry.OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
        {
            ArgumentNullException.ThrowIfNull(services);

            // First, so that nothing another hosted service emits while it starts is lost.
            if (!services.Any(service => service.ImplementationType == typeof(TelemetryStart)))
                services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryStart>());
            return new OpenTelemetry.OpenTelemetryBuilder(services);
        }

        /// <summary>Providers begin to listen when they are first resolved; the container flushes and disposes them.</summary>
        private sealed class TelemetryStart(IServiceProvider services) : IHostedService
        {
            public Task StartAsync(CancellationToken cancellationToken)
            {
                services.GetService<MeterProvider>();
                services.GetService<TracerProvider>();
                services.GetService<LoggerProvider>();
                return Task.CompletedTask;
            }

            public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        }
    }
}
