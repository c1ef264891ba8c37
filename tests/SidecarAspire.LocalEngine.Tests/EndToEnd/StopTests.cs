namespace SidecarAspire.LocalEngine.Tests.EndToEnd;

/// <summary>Ctrl+C and SIGTERM, whenever they come.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class StopTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM", 1)]
    [InlineData("INT", 2)]
    public async Task A_signal_ends_everything_without_a_word(string signal, int times)
    {
        using var appHost = AppHostProcess.Start(_folder, "Sound");
        await appHost.IsUpAsync();

        for (var i = 0; i < times; i++)
        {
            appHost.Signal(signal);
        }

        await EndedAsync(appHost);
    }

    [Theory]
    [InlineData("dcp start-apiserver")]
    [InlineData("dcp run-controllers")]
    [InlineData("server.js")]
    public async Task A_signal_during_the_start_ends_it_wherever_it_is(string process)
    {
        using var appHost = AppHostProcess.Start(_folder, "Sound");
        await appHost.ProcessAsync(process);

        appHost.Signal("INT");

        await EndedAsync(appHost);
    }

    [Fact]
    public async Task A_program_that_ignores_SIGTERM_is_killed()
    {
        using var appHost = AppHostProcess.Start(_folder, "Stubborn");
        await appHost.IsUpAsync();

        appHost.Signal("INT");

        await EndedAsync(appHost);
    }

    private async Task EndedAsync(AppHostProcess appHost)
    {
        (await appHost.ExitCodeAsync()).ShouldBe(0);
        appHost.Errors.ShouldBeEmpty();
        await appHost.NothingRunsAsync(TimeSpan.FromSeconds(10));
        Directory.EnumerateDirectories(_folder.Path, "sidecar-aspire.*").ShouldBeEmpty();
    }
}
