using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace SidecarAspire.LocalEngine.Tests.Pipeline;

public sealed class PipelineOutputServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_folder_on_the_command_line_output_goes_beside_the_app_host()
    {
        using var service = Service(null);

        service.GetOutputDirectory().ShouldBe(_folder["aspire-output"]);
        service.GetOutputDirectory(new AResource("sidecar")).ShouldBe(_folder["aspire-output", "sidecar"]);
    }

    [Fact]
    public void The_folder_of_the_command_line_is_made_absolute()
    {
        using var service = Service("out");

        service.GetOutputDirectory().ShouldBe(Path.Combine(Environment.CurrentDirectory, "out"));
    }

    [Fact]
    public void Temporary_folders_exist_and_go_with_the_app_host()
    {
        var service = Service(null);

        var forAll = service.GetTempDirectory();
        var forOne = service.GetTempDirectory(new AResource("sidecar"));
        Directory.Exists(forOne).ShouldBeTrue();
        service.Dispose();

        Directory.Exists(forAll).ShouldBeFalse();
    }

    private PipelineOutputService Service(string? outputPath)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AppHost:Directory", _folder.Path)]).Build();
        return new PipelineOutputService(Options.Create(new PipelineOptions { OutputPath = outputPath }), configuration);
    }

    private sealed class AResource(string name) : Resource(name);
}
