using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using SidecarAspire.LocalEngine.Tests.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class ExecutableMappingTests : IDisposable
{
    private readonly AnApplication _application = new();
    private readonly ExecutableMapping _mapping = new(new EngineOptions { BuildConfiguration = "Release" });

    public void Dispose() => _application.Dispose();

    [Fact]
    public void An_executable_is_run_with_its_arguments_environment_and_folder()
    {
        var tool = _application.Builder.AddExecutable("tool", "node", "../app");

        var executable = Map(tool.Resource, new ResolvedConfiguration([new DcpVariable("A", "1")], new HashSet<string>(), ["app.js", "-v"], HasSecretArguments: false));

        executable.Metadata.Name.ShouldBe("tool-x");
        executable.Kind.ShouldBe("Executable");
        executable.ApiVersion.ShouldBe("usvc-dev.developer.microsoft.com/v1");
        executable.Spec.ShouldSatisfyAllConditions(
            spec => spec.ExecutablePath.ShouldBe("node"),
            spec => spec.WorkingDirectory.ShouldBe(tool.Resource.WorkingDirectory),
            spec => spec.ExecutionType.ShouldBe("Process"),
            spec => spec.Args.ShouldBe(["app.js", "-v"]),
            spec => spec.Env.ShouldBe([new DcpVariable("A", "1")]));
    }

    [Fact]
    public void A_project_that_was_built_along_is_started_itself()
    {
        var project = _application.Builder.AddProject<ABuiltProject>("web").Resource;

        var executable = Map(project, Nothing);

        executable.Spec.ExecutablePath.ShouldBe("dotnet");
        executable.Spec.Args.ShouldBe(["exec", "/src/web/bin/web.dll"]);
        executable.Spec.WorkingDirectory.ShouldBe("/src/web");
    }

    [Fact]
    public void A_project_known_by_its_path_is_run_by_dotnet_without_its_profile()
    {
        var path = _application.Folder.Write("web/web.csproj", "");
        var project = _application.Builder.AddProject("web", path).Resource;

        var executable = Map(project, new ResolvedConfiguration([], new HashSet<string>(), ["--own"], HasSecretArguments: false));

        executable.Spec.ExecutablePath.ShouldBe("dotnet");
        executable.Spec.Args.ShouldBe(["run", "--project", path, "--no-build", "--configuration", "Release", "--no-launch-profile", "--", "--own"]);
        executable.Spec.WorkingDirectory.ShouldBe(_application.Folder["web"]);
    }

    [Fact]
    public void Proxied_endpoints_are_announced_with_the_port_behind_them()
    {
        var tool = _application.AddProgram("Tool")
            .WithHttpEndpoint()
            .WithHttpEndpoint(name: "admin", targetPort: 9000)
            .WithHttpEndpoint(name: "direct", isProxied: false)
            .WithEndpoint("admin", e => e.TargetHost = "127.0.0.1");

        var producers = JsonDocument.Parse(Map(tool.Resource, Nothing).Metadata.Annotations["service-producer"]).RootElement;

        producers.EnumerateArray().Select(p => p.GetRawText()).ShouldBe(
        [
            """{"serviceName":"tool-http","address":"localhost"}""",
            """{"serviceName":"tool-admin","address":"127.0.0.1","port":9000}""",
        ]);
    }

    [Fact]
    public void Without_proxied_endpoints_nothing_is_announced() =>
        Map(_application.AddProgram("tool").WithHttpEndpoint(isProxied: false).Resource, Nothing).Metadata.Annotations.Keys.ShouldBe([ExecutableMapping.RunMark]);

    [Fact]
    public void Each_run_has_a_mark_of_its_own()
    {
        var tool = _application.AddProgram("tool").Resource;

        Map(tool, Nothing).Metadata.Annotations[ExecutableMapping.RunMark].ShouldNotBe(Map(tool, Nothing).Metadata.Annotations[ExecutableMapping.RunMark]);
    }

    [Fact]
    public void What_is_neither_an_executable_nor_a_project_cannot_be_run() =>
        Should.Throw<DistributedApplicationException>(() => _mapping.Program(new TestResource("box"))).Message
            .ShouldBe("Resource 'box' of type 'TestResource' cannot be run: the embedded engine runs executables and projects.");

    private static ResolvedConfiguration Nothing { get; } = new([], new HashSet<string>(), [], HasSecretArguments: false);

    private DcpExecutable Map(IResource resource, ResolvedConfiguration configuration) => _mapping.ToExecutable(resource, $"{resource.Name}-x".ToLowerInvariant(), configuration);

    private sealed class ABuiltProject : IBuiltProjectMetadata
    {
        public string ProjectPath => "/src/web/web.csproj";

        public string TargetPath => "/src/web/bin/web.dll";

        public LaunchSettings? LaunchSettings => new();
    }
}
