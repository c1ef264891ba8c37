using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.DependencyInjection;

namespace SidecarAspire.LocalEngine.Tests;

/// <summary>An application that is described and never run.</summary>
internal sealed class AnApplication : IDisposable
{
    // A watch of settings files outlives a builder that builds nothing, and a user can have 128 of them.
    private const string Unwatched = "--hostBuilder:reloadConfigOnChange=false";
    private DistributedApplication? _built;

    public AnApplication(params string[] args)
    {
        try
        {
            Builder = new DistributedApplicationBuilder(new DistributedApplicationOptions { Args = [.. args, Unwatched], DisableDashboard = true, ProjectDirectory = Folder.Path });
        }
        catch
        {
            Folder.Dispose();
            throw;
        }
    }

    public TemporaryFolder Folder { get; } = new();

    public DistributedApplicationBuilder Builder { get; }

    public static AnApplication Publishing() => new("--operation", "publish");

    public IResourceBuilder<ExecutableResource> AddProgram(string name) => Builder.AddExecutable(name, "true", ".");

    /// <summary>What the resource's process would get.</summary>
    public async Task<ResolvedConfiguration> ResolveAsync<T>(IResourceBuilder<T> resource) where T : IResource
    {
        _built ??= Builder.Build();
        return await _built.Services.GetRequiredService<ResourceConfiguration>()
            .ResolveAsync(resource.Resource, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    /// <summary>The environment that the resource's process would get.</summary>
    public async Task<Dictionary<string, string>> EnvironmentOfAsync<T>(IResourceBuilder<T> resource) where T : IResource =>
        (await ResolveAsync(resource)).Variables.ToDictionary(v => v.Name, v => v.Value);

    /// <summary>Gives an endpoint its address, as the orchestrator does.</summary>
    public static EndpointReference Allocate(EndpointReference endpoint, int port = 5000, string target = "6000")
    {
        endpoint.EndpointAnnotation.AllocatedEndpoint = new AllocatedEndpoint(endpoint.EndpointAnnotation, "localhost", port, target);
        return endpoint;
    }

    public void Dispose()
    {
        _built?.Dispose();
        Folder.Dispose();
    }
}
