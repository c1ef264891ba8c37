namespace SidecarAspire.EndToEnd.Tests.Browsing;

public sealed class DashboardTests(Topology topology, Browser browser) : IClassFixture<Browser>, IAsyncDisposable
{
    private DashboardPage? _dashboard;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_person_sees_both_resources_a_request_and_its_trace_and_stops_and_starts_the_sidecar()
    {
        var dashboard = await LogInAsync();
        await dashboard.SeesResourceAsync(Topology.LegacyApp, KnownResourceStates.Running);
        await dashboard.SeesResourceAsync(Topology.Sidecar, KnownResourceStates.Running);
        await Screenshots.KeepAsync("resources", dashboard.PictureAsync);

        foreach (var path in (string[])["/", "/accounts/1001", "/reports/slow?ms=40", "/statements/1003?ms=1", "/accounts/1002"])
        {
            await RequestAsync(path);
        }

        await dashboard.OpenStructuredLogsAsync();
        var record = await dashboard.SeesLogAsync("/accounts/1002");
        await Screenshots.KeepAsync("structured-logs", dashboard.PictureAsync);

        (await dashboard.FollowTraceAsync(record)).Count.ShouldBe(2);
        await Screenshots.KeepAsync("trace", dashboard.PictureAsync);

        await dashboard.OpenConsoleAsync(Topology.LegacyApp);
        await dashboard.SeesConsoleLineAsync("Accounts listening on port");

        await dashboard.OpenMetricsAsync(Topology.Sidecar);
        await dashboard.SeesMetricAsync("http.server.request.duration");

        await dashboard.OpenResourcesAsync();
        await dashboard.PressAsync(Topology.Sidecar, "Stop");
        await topology.StoppedAsync(Topology.Sidecar, Cancelled);
        await dashboard.SeesStoppedAsync(Topology.Sidecar);

        await dashboard.PressAsync(Topology.Sidecar, "Start");
        await topology.HealthyAsync(Topology.Sidecar, Cancelled);
        await dashboard.SeesResourceAsync(Topology.Sidecar, KnownResourceStates.Running);
        await RequestAsync("/");
    }

    [Fact(Timeout = 90_000)]
    public async Task A_crash_of_the_app_shows_as_one_until_it_is_started_again()
    {
        var dashboard = await LogInAsync();
        await dashboard.SeesResourceAsync(Topology.LegacyApp, KnownResourceStates.Running);

        await topology.CrashAsync(Topology.LegacyApp, Cancelled);
        await dashboard.SeesCrashAsync(Topology.LegacyApp);

        await dashboard.PressAsync(Topology.LegacyApp, "Start");
        await topology.HealthyAsync(Topology.LegacyApp, Cancelled);
        await dashboard.SeesResourceAsync(Topology.LegacyApp, KnownResourceStates.Running);
        await RequestAsync("/");
    }

    public async ValueTask DisposeAsync()
    {
        if (_dashboard is not null && TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.AddAttachment("page", await _dashboard.PictureAsync(), "image/png");
        }
    }

    private async Task<DashboardPage> LogInAsync()
    {
        _dashboard = new(await browser.OpenPageAsync(topology.DashboardAddress));
        await _dashboard.LogInAsync(topology.BrowserToken);
        return _dashboard;
    }

    private async Task RequestAsync(string path)
    {
        using var client = topology.CreateClient();
        using var response = await client.GetAsync(path, Cancelled);
        response.EnsureSuccessStatusCode();
    }
}
