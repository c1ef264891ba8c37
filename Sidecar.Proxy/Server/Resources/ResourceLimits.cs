namespace Sidecar.Proxy.Server.Resources;

/// <summary>What connections and requests may take of the process all together: what is configured, or a share of what the process has. docs/resilience.md has the formulas.</summary>
/// <param name="Connections">How many connections clients may have.</param>
/// <param name="Http2Connections">How many of them may speak HTTP/2.</param>
/// <param name="UpstreamConnections">How many connections there may be to all targets.</param>
/// <param name="Streams">How many requests over HTTP/2 may be in flight.</param>
/// <param name="RetryBytes">How much of request bodies may be kept for retries.</param>
/// <param name="MirrorBytes">How much of request bodies may be kept for mirrors.</param>
/// <param name="Mirrors">How many copies may be on their way to mirrors.</param>
internal sealed record ResourceLimits(int Connections, int Http2Connections, int UpstreamConnections, int Streams, long RetryBytes, long MirrorBytes, int Mirrors)
{
    // What is read from the application and waits for a client that does not read.
    private const long ResponseBytes = 96 * 1024;

    // What TLS has besides.
    private const long TlsBytes = 64 * 1024;

    // What a copy takes with its connection, whatever its body.
    private const long MirrorCopyBytes = 128 * 1024;

    // What a stream takes that is turned away while its client reads nothing.
    private const long RejectedStreamBytes = 16 * 1024;

    // What a request over HTTP/2 takes with a large head or a response that nobody reads.
    private const long StreamBytes = 128 * 1024;

    /// <summary>How many streams a connection may have: fewer where memory is small, so that there can be more connections.</summary>
    /// <param name="memory">How much memory the process may use, in bytes.</param>
    public static int StreamsPerConnection(long memory) => (int)Math.Clamp(memory / (4 * 1024 * 1024), 16, 100);

    /// <summary>How much of a client's connection may be read ahead: a head and a little, and nothing that a thousand clients could fill the memory with.</summary>
    public static int ReadAheadBytes(LimitOptions options) => Math.Max(64 * 1024, 2 * HeadBytes(options));

    /// <summary>How much a client may send over an HTTP/2 connection before it is read: from 128 KiB to a megabyte, which is there from 1 GiB of memory on.</summary>
    /// <param name="memory">How much memory the process may use, in bytes.</param>
    /// <returns>How many bytes.</returns>
    public static int Http2WindowBytes(long memory) => (int)Math.Clamp(memory / 1024, 128 * 1024, 1024 * 1024);

    /// <summary>Divides what the process has.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="isTls">Whether clients' connections are encrypted.</param>
    /// <param name="descriptors">How many file descriptors there are for connections.</param>
    /// <param name="memory">How much memory the process may use, in bytes.</param>
    /// <returns>The limits.</returns>
    public static ResourceLimits Of(LimitOptions options, bool isTls, int descriptors, long memory)
    {
        var half = Math.Max(1, descriptors / 2);
        var connections = Math.Min(half, options.MaxConnections ?? Share(memory / 2, ConnectionBytes(options, isTls)));
        var streams = options.MaxStreams ?? Share(memory / 4, StreamBytes);
        return new(
            connections,
            options.MaxHttp2Connections ?? Share(memory / 4, RejectedStreamBytes * (options.MaxStreamsPerConnection ?? StreamsPerConnection(memory))),
            Math.Min(Math.Max(1, descriptors - connections), options.MaxUpstreamConnections ?? (int)Math.Min(half, (long)connections + streams)),
            streams,
            options.MaxRetryBytes ?? memory / 16,
            options.MaxMirrorBytes ?? memory / 16,
            Share(memory / 16, MirrorCopyBytes));
    }

    private static int HeadBytes(LimitOptions options) => Math.Max(options.MaxRequestLineBytes, options.MaxRequestHeadBytes);

    // A head is there as it came in, as text, whose characters have two bytes, and as it goes out, in a buffer that may be twice as large.
    private static long ConnectionBytes(LimitOptions options, bool isTls) => ReadAheadBytes(options) + (4L * HeadBytes(options)) + ResponseBytes + (isTls ? TlsBytes : 0);

    private static int Share(long memory, long each) => (int)Math.Clamp(memory / each, 16, int.MaxValue);
}
