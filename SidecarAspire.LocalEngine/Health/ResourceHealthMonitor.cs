using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Health;

/// <summary>Runs the health checks of resources that run, and says when one is ready.</summary>
internal sealed class ResourceHealthMonitor(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    HealthCheckService healthChecks,
    IDistributedApplicationEventing eventing,
    IServiceProvider services,
    TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_intervalUntilHealthy = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(model.Resources.Where(r => r is IComputeResource).Select(r => MonitorAsync(r, stoppingToken)));

    private static bool IsRunning(ResourceEvent news) => news.Snapshot.State?.Text == KnownResourceStates.Running;

    private async Task MonitorAsync(IResource resource, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key).ToHashSet();
        while (!cancellationToken.IsCancellationRequested)
        {
            await notifications.WaitForResourceAsync(resource.Name, IsRunning, cancellationToken).ConfigureAwait(false);
            using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var end = notifications.WaitForResourceAsync(resource.Name, news => !IsRunning(news), stopped.Token);
            _ = end.ContinueWith(_ => stopped.CancelAsync(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            try
            {
                await MonitorRunAsync(resource, keys, stopped.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The resource runs no longer; the next start is monitored anew.
            }
        }
    }

    private async Task MonitorRunAsync(IResource resource, HashSet<string> keys, CancellationToken cancellationToken)
    {
        var ready = false;
        while (true)
        {
            var healthy = keys.Count == 0 || await CheckAsync(resource, keys, cancellationToken).ConfigureAwait(false);
            if (healthy && !ready)
            {
                ready = true;
                await eventing.PublishAsync(new ResourceReadyEvent(resource, services), EventDispatchBehavior.NonBlockingSequential, cancellationToken).ConfigureAwait(false);
            }

            await Task.Delay(keys.Count == 0 ? Timeout.InfiniteTimeSpan : healthy ? s_interval : s_intervalUntilHealthy, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> CheckAsync(IResource resource, HashSet<string> keys, CancellationToken cancellationToken)
    {
        var report = await healthChecks.CheckHealthAsync(registration => keys.Contains(registration.Name), cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().UtcDateTime;
        // A check that was under way when the resource ended says nothing about its next run.
        await notifications.PublishUpdateAsync(resource, snapshot => snapshot.State?.Text != KnownResourceStates.Running ? snapshot : snapshot with
        {
            HealthReports = [.. report.Entries.Select(e => new HealthReportSnapshot(e.Key, e.Value.Status, e.Value.Description, e.Value.Exception?.Message) { LastRunAt = now })],
        }).ConfigureAwait(false);
        return report.Status == HealthStatus.Healthy;
    }
}
