using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Reporting;

/// <summary>Shows the resources once each of them is up, has ended or is not going to start by itself.</summary>
internal sealed class StartupReport(DistributedApplicationModel model, ResourceNotificationService notifications, IAppHostReporter reporter, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private int _stopped;

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        if (ExecuteTask is not null && Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            reporter.Stopping();
        }

        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var shown = model.Resources.Where(r => r is IComputeResource).ToArray();
        var ending = shown.SelectMany(r => r.Annotations.OfType<WaitAnnotation>())
            .Where(w => w.WaitType == WaitType.WaitForCompletion).Select(w => w.Resource).ToHashSet();
        var waits = shown.Select(r =>
            notifications.WaitForResourceAsync(r.Name, news => HasEnded(news) || (!ending.Contains(r) && IsUp(news)), stoppingToken)).ToArray();
        try
        {
            await Task.WhenAll(waits).WaitAsync(s_patience, time, stoppingToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            reporter.Line($"Still waiting for {string.Join(", ", shown.Zip(waits).Where(pair => !pair.Second.IsCompleted).Select(pair => Describe(pair.First)))}.");
        }

        var settled = await Task.WhenAll(waits).ConfigureAwait(false);
        reporter.Resources([.. settled.Where(news => !news.Snapshot.IsHidden).Select(Row)]);
        reporter.Line("Press Ctrl+C to shut down.");
    }

    private string Describe(IResource resource)
    {
        var snapshot = notifications.TryGetCurrentState(resource.Name, out var news) ? news.Snapshot : null;
        var unhealthy = snapshot?.HealthReports.FirstOrDefault(report => report.Status is not HealthStatus.Healthy)?.Description;
        return $"'{resource.Name}' ({snapshot?.State?.Text ?? "unknown"}{(unhealthy is null ? "" : $": {unhealthy.TrimEnd('.')}")})";
    }

    private static bool IsUp(ResourceEvent news) =>
        news.Snapshot.HealthStatus == HealthStatus.Healthy || news.Snapshot.State?.Text == KnownResourceStates.NotStarted;

    private static bool HasEnded(ResourceEvent news) =>
        news.Snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    private static ResourceRow Row(ResourceEvent news) => new(
        news.Resource.Name,
        news.Snapshot.State!.Text,
        string.Join(" ", news.Snapshot.Urls.Where(url => !url.IsInternal && !url.IsInactive).Select(url => url.Url)));
}
