using Sidecar.Proxy.Traffic;

namespace Sidecar.Proxy.Resilience.OutlierDetection;

/// <summary>Sees to it that never too many targets of a cluster are ejected at once.</summary>
internal sealed class EjectionQuota(Cluster cluster)
{
    private readonly Lock _lock = new();

    /// <summary>Ejects one more target if that may be.</summary>
    /// <param name="percent">Which share of the targets may be ejected.</param>
    /// <param name="eject">Marks it as ejected.</param>
    public bool TryTake(int percent, Action eject)
    {
        lock (_lock)
        {
            var targets = cluster.Targets;
            var ejected = targets.Count(static target => target.Health is { IsEjected: true });
            if ((ejected + 1) * 100 > targets.Count * percent)
                return false;
            eject();
            return true;
        }
    }
}
