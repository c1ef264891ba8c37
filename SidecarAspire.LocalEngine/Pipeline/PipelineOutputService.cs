using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Pipelines;

/// <inheritdoc cref="IPipelineOutputService" />
internal sealed class PipelineOutputService(IOptions<PipelineOptions> options, IConfiguration configuration) : IPipelineOutputService, IDisposable
{
    private readonly Lazy<string> _temporary = new(() => Directory.CreateTempSubdirectory("aspire-pipeline-").FullName);

    public string GetOutputDirectory() => string.IsNullOrEmpty(options.Value.OutputPath)
        ? Path.Combine(configuration["AppHost:Directory"] ?? Environment.CurrentDirectory, "aspire-output")
        : Path.GetFullPath(options.Value.OutputPath);

    public string GetOutputDirectory(IResource resource) => Path.Combine(GetOutputDirectory(), resource.Name);

    public string GetTempDirectory() => _temporary.Value;

    public string GetTempDirectory(IResource resource) => Directory.CreateDirectory(Path.Combine(_temporary.Value, resource.Name)).FullName;

    public void Dispose()
    {
        if (_temporary.IsValueCreated)
        {
            Directory.Delete(_temporary.Value, recursive: true);
        }
    }
}
