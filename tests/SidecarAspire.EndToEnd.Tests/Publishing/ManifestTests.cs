using System.Diagnostics;
using System.Text.Json;

namespace SidecarAspire.EndToEnd.Tests.Publishing;

/// <summary>The Aspire manifest of AppHost.cs, as azd and aspirate ask for it.</summary>
public sealed class ManifestTests : IClassFixture<ManifestSchema>
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "published");
    private static readonly string s_manifest = Path.Combine(s_folder, "aspire-manifest.json");

    // What azd and aspirate deploy; executable.v0 and annotated.string are not among them.
    private static readonly string[] s_deployable = ["project.v0", "project.v1", "container.v0", "container.v1", "dockerfile.v0", "parameter.v0", "value.v0"];

    public ManifestTests()
    {
        if (Directory.Exists(s_folder))
        {
            Directory.Delete(s_folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("--publisher", "manifest")]
    [InlineData("--operation", "publish", "--step", "publish-manifest")]
    public async Task AppHost_writes_the_manifest_that_a_reviewer_has_read(params string[] arguments)
    {
        await PublishAsync([.. arguments, "--output-path", s_folder]);

        // How far it is to the repository depends on where the build puts its output.
        var manifest = await File.ReadAllTextAsync(s_manifest, TestContext.Current.CancellationToken);
        await Snapshot.ShouldBeAsync(manifest.Replace(Path.GetRelativePath(s_folder, Repository.Root).Replace('\\', '/'), "REPOSITORY", StringComparison.Ordinal), "aspire-manifest.json");
        Directory.GetFiles(s_folder).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_manifest_is_valid_and_holds_only_what_azd_and_aspirate_deploy()
    {
        await PublishAsync("--publisher", "manifest", "--output-path", s_manifest);

        (await ManifestSchema.ErrorsAsync(s_manifest)).ShouldBeEmpty();
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(s_manifest, TestContext.Current.CancellationToken));
        foreach (var resource in manifest.RootElement.GetProperty("resources").EnumerateObject())
        {
            s_deployable.ShouldContain(resource.Value.GetProperty("type").GetString(), resource.Name);
        }
    }

    [Fact]
    public async Task The_manifest_names_files_that_are_there()
    {
        await PublishAsync("--publisher", "manifest", "--output-path", s_folder);

        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(s_manifest, TestContext.Current.CancellationToken));
        var resources = manifest.RootElement.GetProperty("resources");
        File.Exists(Full(resources.GetProperty(Topology.LegacyApp).GetProperty("build").GetProperty("dockerfile"))).ShouldBeTrue();
        Directory.Exists(Full(resources.GetProperty(Topology.LegacyApp).GetProperty("build").GetProperty("context"))).ShouldBeTrue();
        File.Exists(Full(resources.GetProperty(Topology.Sidecar).GetProperty("path"))).ShouldBeTrue();
    }

    [Fact]
    public async Task SIDECAR_PORT_moves_the_address_people_use()
    {
        await PublishAsync("--publisher", "manifest", "--output-path", s_folder, "--SIDECAR_PORT=9090");

        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(s_manifest, TestContext.Current.CancellationToken));
        manifest.RootElement.GetProperty("resources").GetProperty(Topology.Sidecar).GetProperty("bindings").GetProperty("http").GetProperty("targetPort").GetInt32().ShouldBe(9090);
    }

    private static string Full(JsonElement path) => Path.GetFullPath(path.GetString()!, s_folder);

    private static async Task PublishAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SidecarAspire.AppHost.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE", "SIDECAR_PORT" })
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await output + errors);
        errors.ShouldBeEmpty();
    }
}
