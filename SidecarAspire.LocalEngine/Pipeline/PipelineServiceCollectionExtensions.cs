using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Pipelines;

/// <summary>Registers what publishing needs.</summary>
internal static class PipelineServiceCollectionExtensions
{
    public static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.AddOptions<PipelineOptions>().BindConfiguration("Pipeline");
        services.AddSingleton<IPipelineOutputService, PipelineOutputService>();
        services.AddSingleton<PipelineRunner>();
        return services;
    }
}
