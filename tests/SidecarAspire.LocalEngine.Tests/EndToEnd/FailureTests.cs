using System.Net;

namespace SidecarAspire.LocalEngine.Tests.EndToEnd;

/// <summary>What goes wrong while the application runs.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class FailureTests : IDisposable
{
    // A program that does not end when told to is killed after 6 s, and whoever watches it notices 2 s late.
    private static readonly TimeSpan s_kill = TimeSpan.FromSeconds(15);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_app_that_crashes_is_told_with_its_last_output_and_the_sidecar_answers_for_it()
    {
        using var appHost = AppHostProcess.Start(_folder, "Crash");
        var row = await appHost.LineAsync(line => line.StartsWith("sidecar: ", StringComparison.Ordinal));

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = AppHostProcess.Patience });
        HttpResponseMessage? answer = null;
        await AppHostProcess.UntilAsync(AppHostProcess.Patience, () => (answer = Get(http, row.Split(' ')[2])) is not null, "an answer of the sidecar");

        answer!.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        await AppHostProcess.UntilAsync(AppHostProcess.Patience, () => appHost.Errors.Count > 1, "the failure to be told");
        appHost.Errors.ShouldBe(["app: ended with exit code 3", "    no database at db:5432"]);
        await StopsAsync(appHost);
    }

    [Fact]
    public async Task A_resource_that_cannot_be_started_fails_those_that_wait_for_it_and_no_others()
    {
        using var appHost = AppHostProcess.Start(_folder, "Failures");
        (await appHost.LineAsync(line => line.StartsWith("app: ", StringComparison.Ordinal))).ShouldStartWith("app: Running http://localhost:");

        appHost.Errors.Count.ShouldBe(4);
        appHost.Errors.ShouldContain(line => line.StartsWith("broken: could not be started: ", StringComparison.Ordinal));
        appHost.Errors.ShouldContain("next: was not started: Resource 'next' stopped waiting for dependency resource 'broken' because it failed to start.");
        appHost.Errors.ShouldContain("last: was not started: Resource 'last' stopped waiting for dependency resource 'next' because it failed to start.");
        appHost.Errors.ShouldContain("throwing: was not started: no such setting");
        await StopsAsync(appHost);
    }

    [Fact]
    public async Task A_killed_app_host_leaves_nothing_not_even_a_program_that_ignores_SIGTERM()
    {
        using (var appHost = AppHostProcess.Start(_folder, "Stubborn"))
        {
            await appHost.IsUpAsync();

            appHost.Signal("KILL");

            await appHost.NothingRunsAsync(s_kill);
        }

        // Its folder goes with the next start, even one that fails.
        using var next = AppHostProcess.Start(_folder, "UnknownEndpoint");
        (await next.ExitCodeAsync()).ShouldBe(1);
        Directory.EnumerateDirectories(_folder.Path, "sidecar-aspire.*").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("dcp run-controllers")]
    [InlineData("/dcp ")]
    public async Task A_killed_orchestrator_ends_the_app_host_in_one_line_and_leaves_nothing(string processes)
    {
        using var appHost = AppHostProcess.Start(_folder, "Stubborn");
        await appHost.IsUpAsync();

        AppHostProcess.Signal("KILL", [.. appHost.Processes(processes)]);

        (await appHost.ExitCodeAsync()).ShouldBe(1);
        appHost.Errors.ShouldBe(["error: The orchestrator (DCP) is gone; what it ran is being stopped. Start the app host again."]);
        await appHost.NothingRunsAsync(s_kill);
        Directory.EnumerateDirectories(_folder.Path, "sidecar-aspire.*").ShouldBeEmpty();
    }

    private static HttpResponseMessage? Get(HttpClient http, string url)
    {
        try
        {
            return http.Send(new HttpRequestMessage(HttpMethod.Get, url), TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task StopsAsync(AppHostProcess appHost)
    {
        appHost.Signal("INT");
        (await appHost.ExitCodeAsync()).ShouldBe(0);
        await appHost.NothingRunsAsync(TimeSpan.FromSeconds(10));
        Directory.EnumerateDirectories(_folder.Path, "sidecar-aspire.*").ShouldBeEmpty();
    }
}
