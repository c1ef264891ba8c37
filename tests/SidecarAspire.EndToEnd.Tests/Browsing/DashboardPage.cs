using Microsoft.Playwright;

namespace SidecarAspire.EndToEnd.Tests.Browsing;

/// <summary>The Aspire dashboard as a person sees it; the selectors are those of dashboard 13.6.</summary>
public sealed class DashboardPage(IPage page)
{
    /// <summary>Follows the login link and waits for the list of resources.</summary>
    public async Task LogInAsync(string token)
    {
        await page.GotoAsync($"/login?t={Uri.EscapeDataString(token)}");
        await ResourceRows.First.WaitForAsync();
    }

    /// <summary>Opens the list of resources.</summary>
    public async Task OpenResourcesAsync()
    {
        await page.GotoAsync("/");
        await ResourceRows.First.WaitForAsync();
    }

    /// <summary>Opens the structured logs.</summary>
    public Task OpenStructuredLogsAsync() => page.GotoAsync("/structuredlogs");

    /// <summary>Opens what a resource has written to its console.</summary>
    public Task OpenConsoleAsync(string resource) => page.GotoAsync($"/consolelogs/resource/{Uri.EscapeDataString(resource)}");

    /// <summary>Opens what a resource measures.</summary>
    public Task OpenMetricsAsync(string resource) => page.GotoAsync($"/metrics/resource/{Uri.EscapeDataString(resource)}");

    /// <summary>Waits until the list shows a resource in a state.</summary>
    public Task SeesResourceAsync(string resource, string state) =>
        Row(resource).Locator(".state-column-cell").GetByText(state, new() { Exact = true }).WaitForAsync();

    /// <summary>Presses one of the buttons beside a resource: Start or Stop.</summary>
    public Task PressAsync(string resource, string command) => Button(resource, command).ClickAsync();

    /// <summary>Waits until the list shows that a resource has ended by itself and badly.</summary>
    public Task SeesCrashAsync(string resource) => Row(resource).Locator("td[title*='exited unexpectedly']").WaitForAsync();

    /// <summary>Waits until the list shows that a resource has ended.</summary>
    public Task SeesStoppedAsync(string resource) => Button(resource, "Start").WaitForAsync();

    /// <summary>Waits for a structured log record that contains a text.</summary>
    public async Task<ILocator> SeesLogAsync(string text)
    {
        var row = Rows.Filter(new() { HasText = text }).First;
        await row.WaitForAsync();
        return row;
    }

    /// <summary>Follows a log record's link to its trace and returns the names of the trace's spans, parents before children.</summary>
    public async Task<IReadOnlyList<string>> FollowTraceAsync(ILocator logRow)
    {
        await logRow.Locator("a[href*='/traces/detail/']").ClickAsync();
        await page.WaitForURLAsync("**/traces/detail/**");
        await Spans.First.WaitForAsync();
        return [.. (await Spans.AllInnerTextsAsync()).Select(text => text.Trim())];
    }

    /// <summary>Waits for a metric in the tree of a resource's metrics.</summary>
    public Task SeesMetricAsync(string name) => page.GetByText(name, new() { Exact = true }).First.WaitForAsync();

    /// <summary>Waits for a line of console output.</summary>
    public Task SeesConsoleLineAsync(string text) =>
        page.Locator("#logContainer .log-content").Filter(new() { HasText = text }).First.WaitForAsync();

    /// <summary>The page as PNG.</summary>
    public Task<byte[]> PictureAsync() => page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });

    private ILocator ResourceRows => page.Locator("tr.resource-row");

    // A row without a cell's title is a placeholder of the virtualized grid.
    private ILocator Rows => page.Locator("tr.fluent-data-grid-row:has(td[title])");

    private ILocator Spans => page.Locator(".tracedetails-grid-container .span-name-container");

    // A button is named by the command's description, which begins with the command.
    private ILocator Button(string resource, string command) =>
        Row(resource).GetByRole(AriaRole.Button, new() { NameRegex = new($@"^{command}\b") });

    private ILocator Row(string resource) =>
        ResourceRows.Filter(new() { Has = page.GetByText(resource, new() { Exact = true }) });
}
