namespace Sidecar.Proxy.Upstream.Health;

/// <summary>What the health checks of one target amount to. One check comes after another.</summary>
internal sealed class HealthStatus(TargetHealth target, HealthCheckOptions options)
{
    private volatile bool _isUnhealthy;
    private int _inRow;

    /// <summary>Whether it is no longer used.</summary>
    public bool IsUnhealthy => _isUnhealthy;

    /// <summary>A check is over.</summary>
    /// <param name="failure">Why the target is not well, or null.</param>
    public void Count(string? failure)
    {
        target.Events.Checked(target, failure is null);
        if (_isUnhealthy == (failure is not null))
        {
            _inRow = 0;
            return;
        }

        if (++_inRow < (_isUnhealthy ? options.HealthyThreshold : options.UnhealthyThreshold))
            return;
        _inRow = 0;
        _isUnhealthy = failure is not null;
        if (failure is not null)
            target.Events.Sickened(target, failure);
        else
            target.Events.Recovered(target);
    }
}
