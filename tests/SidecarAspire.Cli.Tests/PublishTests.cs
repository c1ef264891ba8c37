namespace SidecarAspire.Cli.Tests;

public sealed class PublishTests
{
    [Fact(Timeout = 90_000)]
    public async Task Publish_writes_the_Pod_and_the_step_alone_writes_the_same_bytes()
    {
        using var published = new TemporaryFolder();
        using var done = new TemporaryFolder();

        var output = await AspireCli.RunAsync("publish", "--no-build", "--output-path", published.Path);
        await AspireCli.RunAsync("do", "publish-k8s", "--no-build", "--output-path", done.Path);

        output.ShouldContain($"{published.Files.Count - 1} files in {published.Path}");
        published.Files.Keys.ShouldContain("kubernetes/deployment.yaml");
        done.Files.ShouldBe(published.Files);
    }

    [Fact(Timeout = 90_000)]
    public async Task A_dry_run_shows_every_file_and_writes_none()
    {
        using var folder = new TemporaryFolder();

        var output = await AspireCli.RunAsync("publish", "--no-build", "--output-path", folder.Path, "--", "--dry-run");

        output.ShouldContain("==> kubernetes/deployment.yaml <==");
        output.ShouldContain("==> helm/legacy-app/values.yaml <==");
        folder.Files.ShouldBeEmpty();
    }

    [Fact(Timeout = 90_000)]
    public async Task A_file_of_somebody_elses_is_kept_and_named_and_the_command_fails()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("kubernetes"));
        await File.WriteAllTextAsync(folder.At("kubernetes/service.yaml"), "# mine\n", TestContext.Current.CancellationToken);

        var publish = await AspireCli.TryAsync("publish", "--no-build", "--output-path", folder.Path);

        publish.ExitCode.ShouldNotBe(0);
        (publish.Output + publish.Error).ShouldContain("service.yaml was not written by publishing, or edited since");
        (publish.Output + publish.Error).ShouldNotContain("   at ");
        folder.Files.ShouldHaveSingleItem().Value.ShouldBe("# mine\n");
    }
}
