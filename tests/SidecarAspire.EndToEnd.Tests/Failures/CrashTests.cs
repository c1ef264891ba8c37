namespace SidecarAspire.EndToEnd.Tests.Failures;

public sealed class CrashTests(Topology topology)
{
    private const string Crash = $"'{Topology.LegacyApp}' ended with exit code ";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 90_000)]
    public async Task A_crash_shows_on_the_console_and_once_it_was_started_again_shows_again()
    {
        var before = topology.Console.StartingWith(Crash).Count;

        for (var crash = 1; crash <= 2; crash++)
        {
            await topology.CrashAsync(Topology.LegacyApp, Cancelled);
            // The sidecar runs: it responds 502, and is not held up.
            (await topology.Console.UntilAsync(Crash, before + crash, Cancelled))[^1].ShouldNotContain("does not start without it");
            await topology.ExecuteAsync(Topology.LegacyApp, KnownResourceCommands.StartCommand, Cancelled);
            await topology.HealthyAsync(Topology.LegacyApp, Cancelled);
        }

        topology.Console.StartingWith(Crash).Count.ShouldBe(before + 2);
    }

    [Fact(Timeout = 90_000)]
    public async Task A_stop_and_a_restart_by_hand_are_no_failure()
    {
        await topology.ExecuteAsync(Topology.Sidecar, KnownResourceCommands.RestartCommand, Cancelled);
        await topology.HealthyAsync(Topology.Sidecar, Cancelled);
        await topology.ExecuteAsync(Topology.Sidecar, KnownResourceCommands.StopCommand, Cancelled);
        await topology.StoppedAsync(Topology.Sidecar, Cancelled);
        await topology.ExecuteAsync(Topology.Sidecar, KnownResourceCommands.StartCommand, Cancelled);
        await topology.HealthyAsync(Topology.Sidecar, Cancelled);

        topology.Console.StartingWith($"'{Topology.Sidecar}' ").ShouldBeEmpty();
    }
}
