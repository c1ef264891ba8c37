using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Reporting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SidecarAspire.LocalEngine.Tests.Pipeline;

/// <summary>A pipeline of steps that is run as the command line says, and what it tells.</summary>
internal sealed class PipelineRun
{
    public DistributedApplicationPipeline Pipeline { get; } = new();

    public ResourceCollection Resources { get; } = [];

    public RecordingReporter Console { get; } = new();

    /// <summary>The recorded steps that have run, in this order.</summary>
    public List<string> Ran { get; } = [];

    /// <summary>Adds a step that only says that it has run.</summary>
    public void AddRecorded(string name, object? dependsOn = null, object? requiredBy = null) => Pipeline.AddStep(
        name,
        _ =>
        {
            Ran.Add(name);
            return Task.CompletedTask;
        },
        dependsOn,
        requiredBy);

    public Task<int> RunAsync(params (string Key, string Value)[] settings) => RunAsync("", settings, TestContext.Current.CancellationToken);

    public Task<int> RunAsync(string publisher) => RunAsync(publisher, [], TestContext.Current.CancellationToken);

    public async Task<int> RunAsync(
        string publisher,
        (string Key, string Value)[] settings,
        CancellationToken cancellationToken,
        DistributedApplicationEventing? eventing = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build();
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IDistributedApplicationPipeline>(Pipeline)
            .AddSingleton<IDistributedApplicationEventing>(eventing ?? new DistributedApplicationEventing())
            .AddSingleton(new DistributedApplicationModel(Resources))
            .AddSingleton(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish, publisher))
            .AddSingleton<IAppHostReporter>(Console)
            .AddSingleton<TimeProvider>(new StoppedClock())
            .AddPipeline()
            .BuildServiceProvider();
        return await services.GetRequiredService<PipelineRunner>().RunAsync(services, cancellationToken);
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    internal sealed class RecordingReporter : IAppHostReporter
    {
        public List<string> Lines { get; } = [];

        public List<string> Errors { get; } = [];

        public void Line(string text) => Lines.Add(text);

        public void Error(string message) => Errors.Add(message);

        public void Resources(IReadOnlyList<ResourceRow> rows) => throw new NotSupportedException();

        public void Stopping() => throw new NotSupportedException();

        public void ResourceFailed(string resource, string message, IReadOnlyList<string> output) => throw new NotSupportedException();
    }
}
