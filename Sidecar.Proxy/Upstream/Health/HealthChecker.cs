using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.Health;

/// <summary>Asks one target again and again how it is, off the path of requests.</summary>
internal sealed class HealthChecker(HealthCheckOptions options, TargetProbe probe, TimeProvider time)
{
    /// <summary>Asks until it is cancelled.</summary>
    public async Task RunAsync(Target target, CancellationToken stop)
    {
        // Sidecars that start together should not ask together.
        await Task.Delay(options.Interval * Random.Shared.NextDouble(), time, stop);
        while (true)
        {
            target.Health!.Checks!.Count(await WhyNotAsync(target, stop));
            await Task.Delay(options.Interval, time, stop);
        }
    }

    private async Task<string?> WhyNotAsync(Target target, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            var status = await probe.GetStatusAsync(target, options.Path, either.Token);
            return status >= options.MinStatus && status <= options.MaxStatus ? null : string.Create(CultureInfo.InvariantCulture, $"it answers {status} to {Secrets.Hide(options.Path, isUrl: true)}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it does not answer {Secrets.Hide(options.Path, isUrl: true)} in time");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever keeps it from being asked; the next check is to come all the same.
            return UpstreamFailure.Describe(exception);
        }
    }
}
