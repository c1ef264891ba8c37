using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Health;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Dashboard;

/// <summary>Adds the dashboard to an application.</summary>
internal static class DashboardBuilderExtensions
{
    public const string ResourceName = "aspire-dashboard";
    private const string HealthCheck = ResourceName + "_check";

    public static void AddDashboard(this DistributedApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => DashboardConfiguration.Read(
            builder.Configuration, builder.Options.RandomizePorts ? services.GetRequiredService<LocalPorts>().Next : null));
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ResourceService>(
            services, builder.Configuration["AppHost:DashboardApplicationName"] ?? builder.Environment.ApplicationName));
        builder.Services.AddSingleton<ResourceServiceHost>();
        builder.Services.AddSingleton<DashboardHost>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DashboardHost>());
        // The bundle, and with it the program's path, is looked for once the application is known to be sound.
        var dashboard = new ExecutableResource(ResourceName, "aspire-managed", builder.AppHostDirectory);
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            HealthCheck, _ => new EndpointHealthCheck(dashboard.GetEndpoints().First(), "/health", StatusCodes.Status200OK), failureStatus: null, tags: null));
        builder.OnBeforeStart((started, _) =>
        {
            builder.AddDashboardResource(dashboard, started.Services.GetRequiredService<DashboardOptions>(), started.Services.GetRequiredService<DashboardHost>());
            return Task.CompletedTask;
        });
    }

    private static void AddDashboardResource(this DistributedApplicationBuilder builder, ExecutableResource resource, DashboardOptions options, DashboardHost host)
    {
        var dashboard = builder.AddResource(resource)
            .WithArgs("dashboard")
            .WithHealthCheck(HealthCheck)
            .WithAnnotation(new DashboardProgramAnnotation())
            .WithEnvironment(context =>
            {
                foreach (var (name, value) in DashboardEnvironment.Of(options, host.ResourceServiceUrl))
                {
                    context.EnvironmentVariables[name] = value;
                }
            });
        foreach (var url in options.FrontendUrls.Split(';', DashboardConfiguration.Separation))
        {
            dashboard.WithAddress(url, new Uri(url).Scheme, DashboardConfiguration.FrontendUrls, builder.Options);
        }

        dashboard.WithAddress(options.OtlpGrpcUrl, "otlp-grpc", DashboardConfiguration.OtlpGrpcUrl, builder.Options);
        dashboard.WithAddress(options.OtlpHttpUrl, "otlp-http", DashboardConfiguration.OtlpHttpUrl, builder.Options);
    }

    private static void WithAddress(this IResourceBuilder<ExecutableResource> dashboard, string url, string name, string setting, EngineOptions options)
    {
        var address = new Uri(url);
        var endpoint = new EndpointAnnotation(ProtocolType.Tcp, address.Scheme, name: name, port: address.Port, isProxied: false) { TargetHost = address.Host };
        if (options.RandomizePorts)
        {
            // The ports in the options are free ones already, and the environment names them.
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, address.Host, address.Port);
        }

        dashboard.WithAnnotation(endpoint).WithAnnotation(new EndpointSettingAnnotation(name, setting));
    }
}
