namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>The real AppHost.cs, as its users publish it.</summary>
public sealed class AppHostTests
{
    [Fact]
    public async Task It_publishes_what_a_reviewer_has_seen()
    {
        using var folder = new TemporaryFolder();

        var run = await PublishAsync("--output-path", folder.Path);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain($" files in {folder.Path}");
        Snapshots.ShouldBeAsSeen(folder.Files.Where(file => IsOurs(file.Key)).ToDictionary(), "apphost");
    }

    [Fact]
    public async Task A_dry_run_prints_every_file_and_writes_none()
    {
        using var folder = new TemporaryFolder();

        var run = await PublishAsync("--output-path", folder.Path, "--dry-run");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ReplaceLineEndings("\n").ShouldContain("==> kubernetes/deployment.yaml <==\napiVersion: apps/v1\n");
        run.Output.ShouldContain("==> helm/legacy-app/values.yaml <==\n");
        folder.Files.Keys.Where(IsOurs).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_edited_file_ends_it_with_one_line_unless_forced()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync("--output-path", folder.Path);
        await File.AppendAllTextAsync(folder.At("kubernetes/service.yaml"), "# mine\n", TestContext.Current.CancellationToken);

        var refused = await PublishAsync("--output-path", folder.Path, "--k8s:Replicas=3");
        var forced = await PublishAsync("--output-path", folder.Path, "--force");

        refused.ExitCode.ShouldBe(1);
        refused.Output.ShouldNotContain("Exception");
        refused.Error.TrimEnd('\n').Split('\n').ShouldHaveSingleItem().ShouldContain("service.yaml was not written by publishing, or edited since");
        forced.ExitCode.ShouldBe(0, forced.Error);
        folder.Files["kubernetes/service.yaml"].ShouldNotContain("mine");
    }

    private static bool IsOurs(string path) =>
        path.Split('/')[0] is "kubernetes" or "istio" or "gateway-api" or "overlays" or "helm";

    private static Task<CommandRun> PublishAsync(params string[] arguments) => CommandRun.OfAsync(
        Path.Combine(Repository.Root, "SidecarAspire.AppHost"), "dotnet", [Repository.OutputOf("SidecarAspire.AppHost"), "--operation", "publish", "--step", "publish", .. arguments]);
}
