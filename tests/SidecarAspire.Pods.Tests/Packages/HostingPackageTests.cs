namespace SidecarAspire.Pods.Tests.Packages;

/// <summary>The package for other people's app hosts, which have Aspire's packages.</summary>
public sealed class HostingPackageTests
{
    [Fact]
    public async Task Against_the_embedded_engine_it_is_refused_in_one_line_because_nobody_could_use_it()
    {
        using var folder = new TemporaryFolder();

        var run = await CommandRun.OfAsync(Repository.Root, "dotnet", "pack", "SidecarAspire.Hosting", "--no-build", "--output", folder.Path);

        run.ExitCode.ShouldBe(1);
        run.Output.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)).Distinct().First()
            .ShouldContain("SidecarAspire.Hosting is packed for Aspire's own packages: dotnet pack SidecarAspire.Hosting -p:AspirePackages=true");
        folder.Files.ShouldBeEmpty();
    }
}
