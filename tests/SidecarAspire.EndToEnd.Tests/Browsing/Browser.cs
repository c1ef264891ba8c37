using Microsoft.Playwright;

namespace SidecarAspire.EndToEnd.Tests.Browsing;

/// <summary>Chromium, driven by Playwright; one for all tests of a class.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Chromium = "chromium";

    // It runs as root in containers, and must not look for updates on a network that is not there.
    private static readonly string[] s_arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        // Only a test can be skipped, not what it needs.
        if (Tool.IsInstalled(Chromium))
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Tool.PathOf(Chromium), Args = s_arguments });
        }
    }

    /// <summary>A page with cookies of its own.</summary>
    /// <param name="baseUrl">What the page's addresses are relative to.</param>
    public async Task<IPage> OpenPageAsync(Uri baseUrl)
    {
        Tool.Require(Chromium);
        var context = await _browser.ShouldNotBeNull().NewContextAsync(new()
        {
            BaseURL = baseUrl.ToString(),
            ViewportSize = new() { Width = 1280, Height = 720 },
            Locale = "en-US",
            TimezoneId = "UTC",
        });
        context.SetDefaultTimeout(20_000);
        return await context.NewPageAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
