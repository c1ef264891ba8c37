using Aspire.Hosting.Validation;

namespace SidecarAspire.LocalEngine.Tests.Validation;

public sealed class CommandPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_name_is_looked_for_in_the_search_path() => CommandPath.Find("sh", _folder.Path).ShouldNotBeNull();

    [Fact]
    public void A_name_is_not_looked_for_in_the_working_folder()
    {
        _folder.WriteScript("only-here", "");

        CommandPath.Find("only-here", _folder.Path).ShouldBeNull();
    }

    [Theory]
    [InlineData("./tool")]
    [InlineData("../{0}/tool")]
    [InlineData("bin/../tool")]
    public void A_path_is_relative_to_the_working_folder(string path)
    {
        var tool = _folder.WriteScript("tool", "");
        Directory.CreateDirectory(_folder["bin"]);

        CommandPath.Find(path.Replace("{0}", Path.GetFileName(_folder.Path), StringComparison.Ordinal), _folder.Path).ShouldBe(tool);
    }

    [Fact]
    public void A_whole_path_is_taken_as_it_is()
    {
        CommandPath.Find(_folder.WriteScript("tool", ""), "/").ShouldBe(_folder["tool"]);
        CommandPath.Find(_folder["absent"], "/").ShouldBeNull();
    }
}
