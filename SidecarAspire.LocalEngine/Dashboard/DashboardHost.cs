using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Reporting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard;

/// <summary>Answers the dashboard while the application runs, and says where to log in once it is up.</summary>
internal sealed class DashboardHost(ResourceServiceHost resourceService, DashboardOptions options, ResourceNotificationService notifications, IAppHostReporter reporter) : BackgroundService
{
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
        await notifications.WaitForResourceAsync(DashboardBuilderExtensions.ResourceName, news => news.Snapshot.HealthStatus == HealthStatus.Healthy, stoppingToken).ConfigureAwait(false);
        reporter.Line($"Now listening on: {options.BrowsableUrl}");
        reporter.Line(options.BrowserToken is null ? $"The dashboard is at {options.LoginUrl}" : $"Login to the dashboard at {options.LoginUrl}");
    }
}
