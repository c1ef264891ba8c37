using Aspire.Hosting;
using Aspire.Hosting.Bundle;
using Spectre.Console;

namespace SidecarAspire.LocalEngine.Tests.Bundle;

public sealed class BundleLocatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_named_folder_comes_before_everything_else()
    {
        Unpack("aspire/versions/13.5.4_abc-1");
        Unpack("cache/aspire-13.5.4");
        Unpack("named");

        var bundle = await FindAsync(_folder["named"]);

        bundle.DcpPath.ShouldBe(_folder["named", "dcp", "dcp"]);
        bundle.DashboardPath.ShouldBe(_folder["named", "managed", "aspire-managed"]);
        bundle.Version.ShouldBe("unknown");
    }

    [Fact]
    public async Task The_name_of_a_named_folder_tells_its_version()
    {
        Unpack("13.6.1_abc-1");

        (await FindAsync(_folder["13.6.1_abc-1"])).Version.ShouldBe("13.6.1");
    }

    [Fact]
    public async Task A_named_folder_without_a_program_is_refused_in_one_line()
    {
        _folder.Write("named/dcp/dcp", "");

        var error = await Should.ThrowAsync<DistributedApplicationException>(() => FindAsync(_folder["named"]));

        error.Message.ShouldBe($"ASPIRE_BUNDLE is '{_folder["named"]}', but '{_folder["named", "managed", "aspire-managed"]}' does not exist.");
    }

    [Fact]
    public async Task What_the_Aspire_CLI_has_unpacked_comes_before_the_cache()
    {
        Unpack("aspire/versions/13.5.4_abc-1");
        Unpack("cache/aspire-13.5.4");

        var bundle = await FindAsync();

        bundle.DcpPath.ShouldBe(_folder["aspire", "versions", "13.5.4_abc-1", "dcp", "dcp"]);
        bundle.Version.ShouldBe("13.5.4");
    }

    [Fact]
    public async Task Another_version_or_an_unfinished_one_is_passed_over()
    {
        Unpack("aspire/versions/13.5.2_abc-1");
        Unpack("aspire/versions/13.5.4_abc-1.tmp.77");
        Unpack("aspire/versions/13.5.4_abc-2.bad.77");
        _folder.Write("aspire/versions/13.5.4_abc-3/dcp/dcp", "");
        Unpack("cache/aspire-13.5.4");

        (await FindAsync()).DcpPath.ShouldBe(_folder["cache", "aspire-13.5.4", "dcp", "dcp"]);
    }

    [Fact]
    public async Task Without_npm_one_line_says_what_to_install()
    {
        var error = await Should.ThrowAsync<DistributedApplicationException>(() => FindAsync());

        error.Message.ShouldBe(
            "Aspire's orchestrator and dashboard 13.5.4 are not on this machine, and npm, which would fetch them, is not on the PATH: "
            + "install the Aspire CLI 13.5.4 and run 'aspire doctor' once, or set ASPIRE_BUNDLE to a folder with dcp/dcp and managed/aspire-managed.");
    }

    [Fact]
    public async Task On_a_platform_without_a_pinned_package_one_line_says_what_to_install()
    {
        var error = await Should.ThrowAsync<DistributedApplicationException>(() => FindAsync(package: null));

        error.Message.ShouldStartWith("Aspire's orchestrator and dashboard 13.5.4 are not on this machine, and no package of the Aspire CLI has been pinned for this platform: install");
    }

    [Fact]
    public void The_pinned_version_is_of_the_release_the_Aspire_packages_have()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "SidecarAspire.sln")))
        {
            root = root.Parent!;
        }

        File.ReadAllText(Path.Combine(root.FullName, "Directory.Build.props")).ShouldContain($"<AspireVersion>{BundlePackage.Version[..BundlePackage.Version.LastIndexOf('.')]}.");
    }

    private Task<AspireBundle> FindAsync(string? named = null) => FindAsync(new BundlePackage("a-package", "sha512-"), named);

    private Task<AspireBundle> FindAsync(BundlePackage? package, string? named = null)
    {
        var environment = new BundleEnvironment(named, _folder["aspire"], _folder["cache"], _folder["bin"], package);
        return new BundleLocator(environment, AnsiConsole.Console, TimeProvider.System).FindAsync(TestContext.Current.CancellationToken);
    }

    private void Unpack(string folder)
    {
        _folder.Write(folder + "/dcp/dcp", "");
        _folder.Write(folder + "/managed/aspire-managed", "");
    }
}
