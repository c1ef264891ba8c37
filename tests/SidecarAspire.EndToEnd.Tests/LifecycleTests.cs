using System.Net;

namespace SidecarAspire.EndToEnd.Tests;

public sealed class LifecycleTests(Topology topology)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 90_000)]
    public async Task While_the_app_is_down_the_sidecar_says_502_and_once_it_is_back_serves_it_again()
    {
        var sidecar = await topology.HealthyAsync(Topology.Sidecar, Cancelled);
        using var client = topology.CreateClient();
        await topology.CrashAsync(Topology.LegacyApp, Cancelled);
        (await topology.StoppedAsync(Topology.LegacyApp, Cancelled)).Snapshot.ExitCode.ShouldNotBe(0);

        using (var response = await client.GetAsync("/", Cancelled))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
            response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/problem+json");
            response.Headers.Contains("Proxy-Status").ShouldBeTrue();
        }

        await topology.ExecuteAsync(Topology.LegacyApp, KnownResourceCommands.StartCommand, Cancelled);
        await topology.HealthyAsync(Topology.LegacyApp, Cancelled);

        (await client.GetStringAsync("/", Cancelled)).ShouldBe("Hello you!");
        (await topology.HealthyAsync(Topology.Sidecar, Cancelled)).ShouldBe(sidecar);
    }

    [Fact(Timeout = 90_000)]
    public async Task The_sidecar_stops_and_starts_on_command()
    {
        await topology.HealthyAsync(Topology.Sidecar, Cancelled);

        await topology.ExecuteAsync(Topology.Sidecar, KnownResourceCommands.StopCommand, Cancelled);
        await topology.StoppedAsync(Topology.Sidecar, Cancelled);
        using var client = topology.CreateClient();
        await Should.ThrowAsync<HttpRequestException>(() => client.GetStringAsync("/", Cancelled));

        await topology.ExecuteAsync(Topology.Sidecar, KnownResourceCommands.StartCommand, Cancelled);
        await topology.HealthyAsync(Topology.Sidecar, Cancelled);
        (await client.GetStringAsync("/", Cancelled)).ShouldBe("Hello you!");
    }

    [Fact(Timeout = 90_000)]
    public async Task A_restart_puts_another_process_in_the_old_ones_place()
    {
        var before = await topology.HealthyAsync(Topology.Sidecar, Cancelled);

        await topology.ExecuteAsync(Topology.Sidecar, KnownResourceCommands.RestartCommand, Cancelled);

        (await topology.HealthyAsync(Topology.Sidecar, Cancelled)).ShouldNotBe(before);
        using var client = topology.CreateClient();
        (await client.GetStringAsync("/", Cancelled)).ShouldBe("Hello you!");
    }
}
