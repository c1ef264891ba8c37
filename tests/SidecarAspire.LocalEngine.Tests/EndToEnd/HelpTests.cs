namespace SidecarAspire.LocalEngine.Tests.EndToEnd;

[Collection(ProcessesCollection.Name)]
public sealed class HelpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Help_says_what_the_command_line_takes_and_runs_nothing()
    {
        using var host = AppHostProcess.Start(_folder, "Sound", "--help");

        foreach (var word in new[] { "--operation run|publish", "--step NAME", "publish-manifest", "diagnostics", "--publisher manifest", "--output-path PATH", "--Parameters:NAME=VALUE" })
        {
            await host.LineAsync(line => line.Contains(word, StringComparison.Ordinal));
        }

        (await host.ExitCodeAsync()).ShouldBe(0);
        host.Errors.ShouldBeEmpty();
    }
}
