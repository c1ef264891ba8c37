using Aspire.Hosting.JavaScript;

namespace SidecarAspire.LocalEngine.Tests.JavaScript;

public sealed class NodePackagesTests : IDisposable
{
    private static readonly DateTime s_time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_application_without_a_package_file_needs_none()
    {
        Write("package-lock.json", 0);

        NodePackages.MustBeInstalled(_folder.Path).ShouldBeFalse();
        NodePackages.MustBeInstalled(_folder["absent"]).ShouldBeFalse();
    }

    [Fact]
    public void What_is_missing_is_installed()
    {
        Write("package.json", 0);
        Write("package-lock.json", 0);

        NodePackages.MustBeInstalled(_folder.Path).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    public void What_is_older_than_the_lock_file_is_installed_anew(int minutesLater, bool expected)
    {
        Write("package.json", 60);
        Write("package-lock.json", minutesLater);
        Write("node_modules/.package-lock.json", 0);

        NodePackages.MustBeInstalled(_folder.Path).ShouldBe(expected);
    }

    [Fact]
    public void Without_a_lock_file_what_is_installed_will_do()
    {
        Write("package.json", 0);
        Write("node_modules/.package-lock.json", 0);

        NodePackages.MustBeInstalled(_folder.Path).ShouldBeFalse();
    }

    [Fact]
    public void An_installation_that_was_cut_short_does_not_count()
    {
        Write("package.json", 0);
        Write("node_modules/express/index.js", 0);

        NodePackages.MustBeInstalled(_folder.Path).ShouldBeTrue();
    }

    private void Write(string path, int minutes) => File.SetLastWriteTimeUtc(_folder.Write(path, "{}"), s_time.AddMinutes(minutes));
}
