using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Sends telemetry to the dashboard.</summary>
public static class OtlpConfigurationExtensions
{
    /// <summary>Gives a resource the <c>OTEL_*</c> variables that point at the dashboard; without a dashboard it gets none.</summary>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder) where T : IResourceWithEnvironment
    {
        if (builder.Resource.HasAnnotationOfType<OtlpExporterAnnotation>())
        {
            return builder;
        }

        return builder.WithAnnotation(new OtlpExporterAnnotation()).WithEnvironment(AddVariables);
    }

    private static void AddVariables(EnvironmentCallbackContext context)
    {
        if (context.ExecutionContext.IsPublishMode)
        {
            // Where a cluster takes telemetry, nobody knows here.
            if (context.Resource is ProjectResource)
            {
                context.EnvironmentVariables[OtlpEnvironment.RetryName] = OtlpEnvironment.RetryInMemory;
            }

            return;
        }

        if (context.ExecutionContext.ServiceProvider.GetService<DashboardOptions>() is { } options)
        {
            var services = context.ExecutionContext.ServiceProvider;
            var instance = context.Resource.Annotations.OfType<ResourceInstanceAnnotation>().Last().Suffix;
            Add(OtlpEnvironment.Of(options, context.Resource.Name, instance, services.GetRequiredService<IHostEnvironment>().IsDevelopment()));
            if (context.Resource is ProjectResource)
            {
                Add(OtlpEnvironment.OfProjects);
            }
        }

        void Add(IReadOnlyDictionary<string, string> variables)
        {
            foreach (var (name, value) in variables)
            {
                context.EnvironmentVariables[name] = value;
            }
        }
    }
}
