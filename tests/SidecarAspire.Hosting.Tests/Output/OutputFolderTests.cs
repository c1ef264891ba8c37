using SidecarAspire.Hosting.Tests.Publishing;

namespace SidecarAspire.Hosting.Tests.Output;

public sealed class OutputFolderTests
{
    private const string Service = "kubernetes/service.yaml";

    [Fact]
    public async Task A_file_edited_by_hand_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync(folder);
        await File.AppendAllTextAsync(folder.At(Service), "# mine\n", TestContext.Current.CancellationToken);
        var before = folder.Files;

        var refusal = await Should.ThrowAsync<DistributedApplicationException>(() => PublishAsync(folder, configure: options => options.ServicePort = 81));

        refusal.Message.ShouldContain($"{folder.At(Service)} was not written by publishing, or edited since");
        refusal.Message.ShouldContain("--force=true");
        folder.Files.ShouldBe(before, "nothing is half-written");
    }

    [Fact]
    public async Task Unless_it_is_said_so()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync(folder);
        var published = folder.Files;
        await File.AppendAllTextAsync(folder.At(Service), "# mine\n", TestContext.Current.CancellationToken);

        await PublishAsync(folder, "--force=true");

        folder.Files.ShouldBe(published);
    }

    [Fact]
    public async Task A_file_that_publishing_has_not_written_is_not_overwritten_either()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("kubernetes"));
        await File.WriteAllTextAsync(folder.At(Service), "mine\n", TestContext.Current.CancellationToken);

        var refusal = await Should.ThrowAsync<DistributedApplicationException>(() => PublishAsync(folder));

        refusal.Message.ShouldContain(folder.At(Service));
        folder.Files.Keys.ShouldBe([Service]);
    }

    [Fact]
    public async Task Files_of_others_stay()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("kubernetes"));
        await File.WriteAllTextAsync(folder.At("kubernetes/ingress.yaml"), "mine\n", TestContext.Current.CancellationToken);

        await PublishAsync(folder);
        await PublishAsync(folder, configure: options => options.ServicePort = 81);

        folder.Files["kubernetes/ingress.yaml"].ShouldBe("mine\n");
        folder.Files[Service].ShouldContain("port: 81");
    }

    [Fact]
    public async Task What_is_no_longer_published_goes()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync(folder);

        await PublishAsync(folder, configure: options => options.Autoscaling.Enabled = false);

        folder.Files.Keys.ShouldNotContain("kubernetes/horizontalpodautoscaler.yaml");
        folder.Files["kubernetes/kustomization.yaml"].ShouldNotContain("horizontalpodautoscaler");
    }

    [Fact]
    public async Task But_not_when_it_has_been_edited()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync(folder);
        await File.AppendAllTextAsync(folder.At("kubernetes/horizontalpodautoscaler.yaml"), "# mine\n", TestContext.Current.CancellationToken);

        var refusal = await Should.ThrowAsync<DistributedApplicationException>(() => PublishAsync(folder, configure: options => options.Autoscaling.Enabled = false));

        refusal.Message.ShouldContain("horizontalpodautoscaler.yaml");
    }

    [Fact]
    public async Task A_run_that_was_cut_off_before_its_list_was_written_can_be_repeated()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync(folder);
        var list = folder.Files[".sidecar-aspire.sum"];
        await PublishAsync(folder, configure: options => options.ServicePort = 81);
        await File.WriteAllTextAsync(folder.At(".sidecar-aspire.sum"), list, TestContext.Current.CancellationToken);

        await PublishAsync(folder, configure: options => options.ServicePort = 81);

        folder.Files[Service].ShouldContain("port: 81");
    }

    [Fact]
    public async Task The_list_is_one_that_sha256sum_reads()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync(folder);

        var check = await CommandRun.OfAsync(folder.Path, "sha256sum", "--check", "--quiet", ".sidecar-aspire.sum");

        check.ExitCode.ShouldBe(0, check.Output + check.Error);
        folder.Files.Keys.Count(path => path != ".sidecar-aspire.sum").ShouldBe(folder.Files[".sidecar-aspire.sum"].Count(character => character == '\n'));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        using var folder = new TemporaryFolder();

        await PublishAsync(folder, "--dry-run=true");

        folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_in_one_line()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("kubernetes"), "a file\n", TestContext.Current.CancellationToken);

        var refusal = await Should.ThrowAsync<DistributedApplicationException>(() => PublishAsync(folder));

        refusal.Message.ShouldContain($"The output folder '{folder.Path}' cannot be written");
        refusal.Message.ShouldNotContain('\n');
        folder.Files.Keys.ShouldBe(["kubernetes"]);
    }

    private static async Task PublishAsync(TemporaryFolder folder, string? argument = null, Action<SidecarKubernetesOptions>? configure = null)
    {
        using var publication = new Publication([$"--output-path={folder.Path}", .. argument is null ? Array.Empty<string>() : [argument]]);
        await publication.RunAsync(configure);
    }
}
