using System.Runtime.CompilerServices;
using Sidecar.Proxy.Tls;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.Http2;

/// <summary>The connections made by one configuration. Those of a configuration that is replaced serve the requests that they have.</summary>
internal sealed class Http2Client : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    // Not a dictionary: discovery makes targets come and go.
    private readonly ConditionalWeakTable<Target, SemaphoreSlim> _rooms = [];
    // One for being in force, and one for each request.
    private int _users = 1;

    /// <summary>Takes a configuration.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="tls">What https targets are checked against, and shown.</param>
    /// <param name="connections">Opens its connections and counts them.</param>
    /// <param name="time">The clock.</param>
    public Http2Client(UpstreamOptions options, UpstreamTls tls, Http2Connections connections, TimeProvider time)
    {
        (Options, Tls) = (options, tls);
        _invoker = new HttpMessageInvoker(new FlushingHandler(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            // The sidecar's own client span is the application's parent.
            ActivityHeadersPropagator = null,
            MeterFactory = connections,
            ConnectCallback = (context, cancellationToken) => connections.OpenAsync(context, options, tls, options.ConnectTimeout, time, cancellationToken),
            // Header values pass byte for byte, whatever their encoding.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            // A route may have its own.
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            Expect100ContinueTimeout = options.ContinueTimeout,
            MaxResponseHeadersLength = (options.MaxResponseHeadBytes + 1023) / 1024,
            PooledConnectionIdleTimeout = options.IdleConnectionTimeout,
            PooledConnectionLifetime = options.MaxConnectionAge,
        }));
    }

    /// <summary>The configuration.</summary>
    public UpstreamOptions Options { get; }

    /// <summary>What https targets are checked against, and shown.</summary>
    public UpstreamTls Tls { get; }

    /// <summary>What sends.</summary>
    public HttpMessageInvoker Invoker => _invoker;

    /// <summary>What limits the requests to a target.</summary>
    /// <param name="target">The target.</param>
    /// <returns>A place for each request, or null when there is no limit.</returns>
    public SemaphoreSlim? Room(Target target) =>
        Options.MaxConnections is { } most ? _rooms.GetValue(target, _ => new SemaphoreSlim(most, most)) : null;

    /// <summary>Takes it for a request.</summary>
    /// <returns>Whether it can be used; if not, it has been replaced.</returns>
    public bool TryEnter()
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return true;
            users = seen;
        }

        return false;
    }

    /// <summary>A request is done with it, or the configuration is.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Dispose();
    }

    /// <inheritdoc />
    public void Dispose() => _invoker.Dispose();
}
