using Aspire.Hosting.Reporting;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard;

/// <summary>Answers the dashboard while the application runs, and says where to log in once it is up.</summary>
internal sealed class DashboardHost(ResourceServiceHost resourceService, DashboardOptions options, IAppHostReporter reporter, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(50);
    private Uri? _resourceServiceUrl;

    /// <summary>Where the dashboard reaches the app host.</summary>
    public Uri ResourceServiceUrl => _resourceServiceUrl ?? throw new InvalidOperationException("The app host does not answer the dashboard yet.");

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _resourceServiceUrl = await resourceService.StartAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (!await IsUpAsync(http, stoppingToken).ConfigureAwait(false))
        {
            await Task.Delay(s_pollInterval, time, stoppingToken).ConfigureAwait(false);
        }

        reporter.Line($"Now listening on: {options.BrowsableUrl}");
        reporter.Line(options.BrowserToken is null ? $"The dashboard is at {options.LoginUrl}" : $"Login to the dashboard at {options.LoginUrl}");
    }

    private async Task<bool> IsUpAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"{options.BrowsableUrl}/login"), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
