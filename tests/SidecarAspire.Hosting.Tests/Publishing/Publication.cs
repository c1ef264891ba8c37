using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>An application with a sidecar, and what publishing it writes.</summary>
internal sealed class Publication : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Publication(params string[] args)
    {
        Builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--operation", "publish", "--step", "publish", "--output-path", Folder, .. args],
            DisableDashboard = true,
        });
        App = AddApp("legacy-app");
        Sidecar = AddSidecar("sidecar");
    }

    public IDistributedApplicationBuilder Builder { get; }

    public IResourceBuilder<ExecutableResource> App { get; }

    public IResourceBuilder<ExecutableResource> Sidecar { get; }

    public string Folder => Path.Combine(_folder.Path, "out");

    /// <summary>All that has been written, by path, without the list of hashes.</summary>
    public IReadOnlyDictionary<string, string> Files => _folder.Files.Where(file => file.Key != "out/.sidecar-aspire.sum").ToDictionary(file => file.Key["out/".Length..], file => file.Value);

    public string this[string path] => File.ReadAllText(Path.Combine(Folder, path));

    private static void Images(SidecarKubernetesOptions options)
    {
        options.AppImage = $"registry.example/{options.App.Name}:1.0.0";
        options.SidecarImage = "registry.example/sidecar-proxy:1.0.0";
    }

    public IResourceBuilder<ExecutableResource> AddApp(string name) =>
        Builder.AddExecutable(name, "node", ".", "app.js").WithHttpEndpoint(env: "PORT").WithEnvironment("HOST", "localhost");

    public IResourceBuilder<ExecutableResource> AddSidecar(string name) =>
        Builder.AddExecutable(name, "proxy", ".").WithHttpEndpoint(port: 8080, env: "PORT");

    /// <summary>Adds an environment with images and whatever is said besides.</summary>
    public void AddEnvironment(string name, Action<SidecarKubernetesOptions>? configure = null) => Builder.AddSidecarKubernetes(name, options =>
    {
        Images(options);
        configure?.Invoke(options);
    });

    /// <summary>Publishes with <see cref="Sidecar"/>, images and whatever is said besides.</summary>
    public Task<Publication> RunAsync(Action<SidecarKubernetesOptions>? configure = null)
    {
        App.WithSidecar(Sidecar);
        return PublishAsync(configure);
    }

    /// <summary>Publishes with images and whatever is said besides.</summary>
    public async Task<Publication> PublishAsync(Action<SidecarKubernetesOptions>? configure = null)
    {
        AddEnvironment("k8s", configure);
        await RunPipelineAsync();
        return this;
    }

    /// <summary>Publishes what has been described.</summary>
    public async Task RunPipelineAsync()
    {
        await using var application = Builder.Build();
        var model = application.Services.GetRequiredService<DistributedApplicationModel>();
        await Builder.Pipeline.ExecuteAsync(new PipelineContext(model, Builder.ExecutionContext, application.Services, NullLogger.Instance, TestContext.Current.CancellationToken));
    }

    /// <summary>Publishes one environment alone, and what it logs.</summary>
    public async Task<IReadOnlyList<string>> LogAsync(Action<SidecarKubernetesOptions>? configure = null)
    {
        App.WithSidecar(Sidecar);
        AddEnvironment("k8s", configure);
        await using var application = Builder.Build();
        var model = application.Services.GetRequiredService<DistributedApplicationModel>();
        var context = new PipelineContext(model, Builder.ExecutionContext, application.Services, NullLogger.Instance, TestContext.Current.CancellationToken);
        var environment = model.Resources.OfType<SidecarKubernetesResource>().Single();
        var steps = await environment.Annotations.OfType<PipelineStepAnnotation>().Single().CreateStepsAsync(new PipelineStepFactoryContext { PipelineContext = context, Resource = environment });
        var (reporting, lines) = RecordingStep.Create();
        await steps.Single().Action(new PipelineStepContext { PipelineContext = context, ReportingStep = reporting });
        return lines;
    }

    /// <summary>The one line that tells why nothing is published.</summary>
    public async Task<string> RefusalAsync(Action<SidecarKubernetesOptions>? configure = null)
    {
        var message = (await Should.ThrowAsync<DistributedApplicationException>(() => RunAsync(configure))).Message;
        message.ShouldNotContain('\n');
        Directory.Exists(Folder).ShouldBeFalse("nothing is written when something is wrong");
        return message;
    }

    public void Dispose() => _folder.Dispose();
}
