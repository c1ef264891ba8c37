namespace SidecarAspire.EndToEnd.Tests.Failures;

/// <summary>However an app host ends, nothing is left of what it started.</summary>
public sealed class StopTests
{
    [Fact(Timeout = 120_000)]
    public Task Nothing_is_left_after_Ctrl_C_or_a_kill_not_even_an_app_that_ignores_SIGTERM() => Task.WhenAll(((string[])["INT", "KILL"]).Select(async signal =>
    {
        using var appHost = AppHostProcess.StartScenario("Stubborn");
        await appHost.IsUpAsync();

        appHost.Signal(signal);

        await appHost.NothingIsLeftAsync();
        appHost.Errors.ShouldBeEmpty();
    }));

    [Fact(Timeout = 180_000)]
    public async Task Ten_starts_leave_nothing()
    {
        var lanes = Enumerable.Range(0, 2).Select(async _ =>
        {
            for (var i = 0; i < 5; i++)
            {
                using var appHost = AppHostProcess.StartScenario("Sound");
                await appHost.IsUpAsync();

                appHost.Signal("INT");

                (await appHost.ExitCodeAsync()).ShouldBe(0);
                await appHost.NothingIsLeftAsync();
                appHost.Output.Where(line => line.StartsWith("fail:", StringComparison.Ordinal)).ShouldBeEmpty();
            }
        });

        await Task.WhenAll(lanes);
    }
}
