using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Resources;

/// <summary>What connections and requests may take of the process all together: what is configured, or a share of what the process has. docs/resilience.md has the formulas.</summary>
/// <param name="Connections">How many connections clients may have.</param>
/// <param name="UpstreamConnections">How many connections there may be to all targets.</param>
/// <param name="Streams">How many requests over HTTP/2 may be in flight.</param>
/// <param name="RetryBytes">How much of request bodies may be kept for retries.</param>
/// <param name="MirrorBytes">How much of request bodies may be kept for mirrors.</param>
internal sealed record ResourceLimits(int Connections, int UpstreamConnections, int Streams, long RetryBytes, long MirrorBytes)
{
    private const long ConnectionBytes = 32 * 1024;
    private const long StreamBytes = 64 * 1024;

    /// <summary>Divides what the process has.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="descriptors">How many file descriptors there are for connections.</param>
    /// <param name="memory">How much memory the process may use, in bytes.</param>
    /// <returns>The limits.</returns>
    public static ResourceLimits Of(LimitOptions options, int descriptors, long memory)
    {
        var half = Math.Max(1, descriptors / 2);
        var connections = Math.Min(half, options.MaxConnections ?? Share(memory / 2, ConnectionBytes));
        return new(
            connections,
            Math.Min(Math.Max(1, descriptors - connections), options.MaxUpstreamConnections ?? Math.Min(half, Share(memory / 2, ConnectionBytes))),
            options.MaxStreams ?? Share(memory / 2, StreamBytes),
            options.MaxRetryBytes ?? memory / 16,
            options.MaxMirrorBytes ?? memory / 16);
    }

    private static int Share(long memory, long each) => (int)Math.Clamp(memory / each, 16, int.MaxValue);
}
