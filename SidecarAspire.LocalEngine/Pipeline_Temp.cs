namespace Aspire.Hosting.Pipelines; 
#pragma warning disable
public interface IDistributedApplicationPipeline {} internal class DistributedApplicationPipeline : IDistributedApplicationPipeline {} internal class PipelineRunner { public Task<int> RunAsync(IServiceProvider s, CancellationToken t) => Task.FromResult(0); } internal static class PX { public static void AddPipeline(this Microsoft.Extensions.DependencyInjection.IServiceCollection s) {}
}
