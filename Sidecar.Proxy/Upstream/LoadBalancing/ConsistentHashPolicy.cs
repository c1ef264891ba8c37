using System.Runtime.InteropServices;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>
/// Rendezvous hashing: each target draws a number from the key and its own address, and the highest wins. Like a ring it moves only the
/// keys of a target that goes, but it needs no table, spreads exactly by weight, and the order in which targets are known does not matter.
/// </summary>
/// <param name="source">Where the key comes from.</param>
/// <param name="settings">Who is trusted to tell the client's address; null for nobody.</param>
internal sealed class ConsistentHashPolicy(HashSource source, SidecarSettings? settings = null) : ILoadBalancingPolicy
{
    private static readonly HeaderOptions TrustNobody = new();

    /// <inheritdoc />
    public Target Pick(HttpContext context, ReadOnlySpan<Target> targets)
    {
        var key = Hash(context, settings?.Current.Headers ?? TrustNobody);
        var (best, score) = (targets[0], double.NegativeInfinity);
        foreach (var target in targets)
        {
            if (Score(key, target) is var drawn && drawn > score)
                (best, score) = (target, drawn);
        }

        return best;
    }

    /// <summary>What a target is known by to <see cref="Pick"/>.</summary>
    /// <returns>A number that is the same in every sidecar.</returns>
    public static ulong Identify(string url) => StableHash.Of(MemoryMarshal.AsBytes(url.AsSpan()));

    private ulong Hash(HttpContext context, HeaderOptions headers)
    {
        var value = source.Header is not null ? context.Request.Headers[source.Header].ToString() : source.Cookie is not null ? context.Request.Cookies[source.Cookie] : null;
        return string.IsNullOrEmpty(value) ? HashAddress(context, headers) : StableHash.Of(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    private static ulong HashAddress(HttpContext context, HeaderOptions headers)
    {
        Span<byte> bytes = stackalloc byte[16];
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var address = ClientAddress.Of(record, context.Request.Headers, headers) ?? record.ClientAddress ?? IPAddress.None;
        return address.TryWriteBytes(bytes, out var count) ? StableHash.Of(bytes[..count]) : 0;
    }

    // The logarithm of an even number in (0,1): with it the highest score falls to each target as often as its weight says.
    private static double Score(ulong key, Target target) =>
        target.Weight / -Math.Log(((StableHash.Mix(key ^ target.Identity) >> 11) + 0.5) * (1.0 / (1UL << 53)));
}
