using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>Targets laid end to end, each as long as its weight.</summary>
internal static class Weights
{
    /// <summary>How long the line is.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="areEqual">Whether no target is longer than another.</param>
    /// <returns>The sum of the weights.</returns>
    public static long Sum(ReadOnlySpan<Target> targets, out bool areEqual)
    {
        (var sum, areEqual) = (0L, true);
        foreach (var target in targets)
        {
            sum += target.Weight;
            areEqual &= target.Weight == targets[0].Weight;
        }

        return sum;
    }

    /// <summary>Finds the target at a place.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="place">From 0 to below their sum; a weight that changes meanwhile makes the last one the longest.</param>
    /// <returns>The target.</returns>
    public static Target At(ReadOnlySpan<Target> targets, long place)
    {
        foreach (var target in targets)
        {
            if ((place -= target.Weight) < 0)
                return target;
        }

        return targets[^1];
    }

    /// <summary>Takes one by chance, a heavy one more often.</summary>
    /// <returns>One of them.</returns>
    public static Target Random(ReadOnlySpan<Target> targets) =>
        Sum(targets, out var areEqual) is var sum && areEqual ? targets[System.Random.Shared.Next(targets.Length)] : At(targets, System.Random.Shared.NextInt64(sum));

    /// <summary>Whether one has fewer requests for its weight than another.</summary>
    public static bool IsLighter(Target one, Target other) => (one.Active + 1L) * other.Weight < (other.Active + 1L) * one.Weight;
}
