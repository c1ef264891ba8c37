using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class LastOutputTests
{
    private readonly LastOutput _output = new();

    [Fact]
    public void The_last_five_lines_are_kept_without_empty_ones()
    {
        foreach (var line in new[] { "1", "2", "", "3", "4", "5", "6", "" })
        {
            _output.Add(line, isSystem: false);
        }

        _output.Lines.ShouldBe(["2", "3", "4", "5", "6"]);
        _output.System.ShouldBeNull();
    }

    [Fact]
    public void The_orchestrators_words_are_kept_apart()
    {
        _output.Add("first", isSystem: true);
        _output.Add("last", isSystem: true);

        _output.Lines.ShouldBeEmpty();
        _output.System.ShouldBe("last");
    }
}
