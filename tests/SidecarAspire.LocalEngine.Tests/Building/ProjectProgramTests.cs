using Aspire.Hosting;

namespace SidecarAspire.LocalEngine.Tests.Building;

public sealed class ProjectProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_executable_beside_the_assembly_is_started()
    {
        var executable = _folder.Write(OperatingSystem.IsWindows() ? "Sidecar.Proxy.exe" : "Sidecar.Proxy", "");

        var program = ProjectProgram.Of(new ABuiltProject(_folder["Sidecar.Proxy.dll"]));

        program.Command.ShouldBe(executable);
        program.Arguments.ShouldBeEmpty();
    }

    [Fact]
    public void Without_an_executable_dotnet_runs_the_assembly()
    {
        var program = ProjectProgram.Of(new ABuiltProject(_folder["Sidecar.Proxy.dll"]));

        program.Command.ShouldBe("dotnet");
        program.Arguments.ShouldBe(["exec", _folder["Sidecar.Proxy.dll"]]);
    }

    private sealed class ABuiltProject(string path) : IBuiltProjectMetadata
    {
        public string ProjectPath => "unused";

        public string TargetPath => path;
    }
}
