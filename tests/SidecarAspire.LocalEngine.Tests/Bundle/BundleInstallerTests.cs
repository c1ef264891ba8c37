using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.Bundle;
using Spectre.Console;

namespace SidecarAspire.LocalEngine.Tests.Bundle;

/// <summary>npm and the Aspire CLI are shell scripts here; the files, the lock and the processes are real.</summary>
public sealed class BundleInstallerTests : IDisposable
{
    private const string UnpackingCli = """
        test "$1" = setup || exit 9
        for f in dcp/dcp managed/aspire-managed; do
            mkdir -p "$3/versions/13.5.4_abc-1/$(dirname $f)" && echo program > "$3/versions/13.5.4_abc-1/$f" || exit 8
        done
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _console = new();

    public BundleInstallerTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "npm is a shell script in these tests.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fetches_checks_and_unpacks_once()
    {
        var locator = Locator(Package(UnpackingCli));
        FakeNpm();

        var fetched = await locator.FindAsync(TestContext.Current.CancellationToken);
        var found = await locator.FindAsync(TestContext.Current.CancellationToken);

        fetched.DcpPath.ShouldBe(_folder["cache", "aspire-13.5.4", "dcp", "dcp"]);
        File.Exists(fetched.DcpPath).ShouldBeTrue();
        found.ShouldBe(fetched);
        NpmCalls().ShouldBe(["pack a-package@13.5.4"]);
        Cache().ShouldBe(["aspire-13.5.4", "aspire-13.5.4.lock"]);
        _console.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "Fetching Aspire's orchestrator and dashboard 13.5.4 with npm (127 MB, this once)",
            "Checking what npm fetched",
            $"Unpacking into {_folder["cache", "aspire-13.5.4"]}",
        ]);
    }

    [Fact]
    public async Task Two_starts_at_once_fetch_once()
    {
        var package = Package(UnpackingCli);
        FakeNpm();

        var bundles = await Task.WhenAll(
            Task.Run(() => Locator(package).FindAsync(TestContext.Current.CancellationToken)),
            Task.Run(() => Locator(package).FindAsync(TestContext.Current.CancellationToken)));

        bundles[0].ShouldBe(bundles[1]);
        NpmCalls().Length.ShouldBe(1);
    }

    [Fact]
    public async Task Another_package_than_the_pinned_one_is_refused_and_never_started()
    {
        var package = Package($"touch {_folder["started"]}") with { Integrity = "sha512-another" };
        FakeNpm();

        var error = await Should.ThrowAsync<DistributedApplicationException>(() => Locator(package).FindAsync(TestContext.Current.CancellationToken));

        error.Message.ShouldContain("the package 'a-package@13.5.4' npm fetched is not the one expected (sha512-");
        File.Exists(_folder["started"]).ShouldBeFalse();
        Cache().ShouldBe(["aspire-13.5.4.lock"]);
    }

    [Fact]
    public async Task What_npm_says_is_told_in_one_line()
    {
        var package = Package(UnpackingCli);
        _folder.WriteScript("bin/npm", """
            echo 'npm warn something else' >&2
            echo 'npm error code ENOTFOUND' >&2
            echo 'npm error request failed, reason: no such host' >&2
            echo 'npm error     at a stack frame' >&2
            echo 'npm error A complete log of this run can be found in: a file' >&2
            exit 1
            """);

        var error = await Should.ThrowAsync<DistributedApplicationException>(() => Locator(package).FindAsync(TestContext.Current.CancellationToken));

        error.Message.ShouldContain("and 'npm pack a-package@13.5.4' ended with 1: code ENOTFOUND, request failed, reason: no such host: install the Aspire CLI 13.5.4");
        error.Message.ShouldNotContain("\n");
        Cache().ShouldBe(["aspire-13.5.4.lock"]);
    }

    [Fact]
    public async Task A_CLI_that_does_not_unpack_itself_is_an_error()
    {
        var package = Package("exit 0");
        FakeNpm();

        var error = await Should.ThrowAsync<DistributedApplicationException>(() => Locator(package).FindAsync(TestContext.Current.CancellationToken));

        error.Message.ShouldContain("the Aspire CLI did not unpack itself");
        Cache().ShouldBe(["aspire-13.5.4.lock"]);
    }

    [Fact]
    public async Task Cancelled_it_stops_npm_and_leaves_nothing_behind()
    {
        using var cancellation = new CancellationTokenSource();
        var package = Package(UnpackingCli);
        _folder.WriteScript("bin/npm", "exec sleep 300");

        var locator = Locator(package, new CancellingWriter(cancellation));

        await Should.ThrowAsync<OperationCanceledException>(() => locator.FindAsync(cancellation.Token));
        Cache().ShouldBe(["aspire-13.5.4.lock"]);
    }

    [Fact]
    public async Task What_a_killed_start_left_is_cleared()
    {
        var package = Package(UnpackingCli);
        FakeNpm();
        _folder.Write("cache/.staging-old/half.tgz", "");
        _folder.Write("cache/aspire-13.5.4/dcp/dcp", "without a dashboard");

        await Locator(package).FindAsync(TestContext.Current.CancellationToken);

        Cache().ShouldBe(["aspire-13.5.4", "aspire-13.5.4.lock"]);
        File.ReadAllText(_folder["cache", "aspire-13.5.4", "dcp", "dcp"]).ShouldBe("program\n");
    }

    private BundleLocator Locator(BundlePackage package, TextWriter? output = null)
    {
        var environment = new BundleEnvironment(null, _folder["aspire"], _folder["cache"], $"{_folder["bin"]}:/usr/bin:/bin", package);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output ?? _console), Ansi = AnsiSupport.No });
        return new BundleLocator(environment, console, TimeProvider.System);
    }

    private BundlePackage Package(string cli)
    {
        var script = _folder.WriteScript("cli", cli);
        using (var gzip = new GZipStream(File.Create(_folder["package.tgz"]), CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip))
        {
            tar.WriteEntry(script, "package/bin/aspire");
        }

        return new BundlePackage("a-package", "sha512-" + Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(_folder["package.tgz"]))));
    }

    private void FakeNpm() => _folder.WriteScript("bin/npm", $"""
        echo "$1 $2" >> {_folder["npm.calls"]}
        cp {_folder["package.tgz"]} "$4/"
        """);

    private string[] NpmCalls() => File.ReadAllLines(_folder["npm.calls"]);

    private string[] Cache() => [.. Directory.EnumerateFileSystemEntries(_folder["cache"]).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];

    private sealed class CancellingWriter(CancellationTokenSource cancellation) : StringWriter
    {
        public override void WriteLine(string? value) => cancellation.Cancel();
    }
}
