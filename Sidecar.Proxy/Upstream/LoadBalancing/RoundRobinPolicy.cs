using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>
/// One target after the other. With weights, each round visits every place on the line of <see cref="Weights"/> once, in strides of
/// about the golden section: shares are exact in each round, a heavy target's turns lie apart, and no lock is needed.
/// </summary>
internal sealed class RoundRobinPolicy : ILoadBalancingPolicy
{
    private const double GoldenSection = 0.6180339887498949;

    private ulong _turn;

    /// <inheritdoc />
    public Target Pick(HttpContext context, ReadOnlySpan<Target> targets)
    {
        var turn = Interlocked.Increment(ref _turn) - 1;
        var sum = (ulong)Weights.Sum(targets, out var areEqual);
        if (areEqual)
            return targets[(int)(turn % (ulong)targets.Length)];
        return Weights.At(targets, (long)(turn % sum * Stride(sum) % sum));
    }

    private static ulong Stride(ulong length)
    {
        var stride = Math.Max(1, (ulong)(length * GoldenSection));
        while (!IsCoprime(stride, length))
            stride++;
        return stride;
    }

    private static bool IsCoprime(ulong one, ulong other)
    {
        while (other != 0)
            (one, other) = (other, one % other);
        return one == 1;
    }
}
