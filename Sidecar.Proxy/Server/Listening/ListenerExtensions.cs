using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Tls;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>Opens the two ports.</summary>
public static class ListenerExtensions
{
    /// <summary>Configures Kestrel: the traffic port first, then the admin port, then the others.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">The configuration to start with.</param>
    public static void AddListeners(this WebApplicationBuilder builder, SidecarOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);

        // ASPNETCORE_URLS and the like belong to web applications; here the contract alone says where to listen.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, null);
        // Aspire sets ASPNETCORE_FORWARDEDHEADERS_ENABLED on what it publishes: ASP.NET Core would believe any client's X-Forwarded-For.
        builder.WebHost.UseSetting("ForwardedHeaders_Enabled", "false");
        builder.Services.AddSingleton<Http2Admission>().AddSingleton<Http1Server>();
        builder.Services.AddTransport(options.Listener.Transport == TransportKind.Loops, options.Listener.Loops).AddSingleton<IConnectionListenerFactory, AdmittingTransport>();
        builder.Services.AddSingleton<Http2Rejections>().AddSingleton<ServerLog>();
        builder.Logging
            .AddFilter<ServerLog>(null, LogLevel.None)
            .AddFilter<ServerLog>(ServerFaults.Category, LogLevel.Warning)
            .AddFilter<ServerLog>(Http2Rejections.Category, LogLevel.Debug)
            .AddFilter<ServerLog>(TlsHandshake.Category, LogLevel.Debug);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            // An idle connection keeps a block of memory, and a request costs one call into the kernel less.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
            sockets.MaxReadBufferSize = ResourceLimits.ReadAheadBytes(options.Limits);
            // As many as the kernel lets wait (net.core.somaxconn).
            sockets.Backlog = 4096;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Header values pass byte for byte, whatever their encoding.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.AllowResponseHeaderCompression = false;
            Limit(kestrel.Limits, options.Limits);
            Listen(kestrel, options.Listener.Address, options.Listener.Port, isAdmin: false, listen => ServeTraffic(listen, options));
            Listen(kestrel, options.Admin.Address, options.Admin.Port, isAdmin: true, ServeAdmin);
            if (options.Listener.HttpsRedirect is { } redirect)
                Listen(kestrel, options.Listener.Address, redirect.Port, isAdmin: false, listen => ServeRedirects(listen, options, redirect));
        });
    }

    /// <summary>Has requests enter the pipeline: those over HTTP/1.x from the server here, those over HTTP/2 from Kestrel.</summary>
    /// <param name="app">The sidecar.</param>
    /// <param name="pipeline">What handles them.</param>
    internal static void UseServer(this WebApplication app, RequestHandler pipeline)
    {
        // Not before: it tells of what it hears through loggers itself.
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(app.Services.GetRequiredService<ServerLog>());
        app.Services.GetRequiredService<Http1Server>().Pipeline = pipeline;
        app.Run(context => pipeline(context).AsTask());
    }

    private static void Limit(KestrelServerLimits kestrel, LimitOptions limits)
    {
        // For HTTP/2 and the admin port; Http1Connection holds HTTP/1.x to the same limits.
        kestrel.MaxRequestLineSize = limits.MaxRequestLineBytes + 2;
        kestrel.MaxRequestHeadersTotalSize = limits.MaxRequestHeadBytes;
        kestrel.MaxRequestHeaderCount = limits.MaxRequestHeaders;
        kestrel.MaxRequestBufferSize = ResourceLimits.ReadAheadBytes(limits);
        kestrel.MaxRequestBodySize = limits.MaxRequestBodyBytes;
        kestrel.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.KeepAliveTimeout = limits.KeepAliveTimeout;
        kestrel.MinRequestBodyDataRate = limits.MinRequestBytesPerSecond == 0 ? null : new MinDataRate(limits.MinRequestBytesPerSecond, limits.BodyTimeout);
        kestrel.MinResponseDataRate = limits.MinResponseBytesPerSecond == 0 ? null : new MinDataRate(limits.MinResponseBytesPerSecond, LimitOptions.RateGrace);
        kestrel.Http2.MaxStreamsPerConnection = limits.MaxStreamsPerConnection ?? ResourceLimits.StreamsPerConnection(MemoryPressure.Available);
        // Over 20 ms an upload gets 4 MB/s through the smaller window, and 25 through the larger, which small memory has no room for.
        var window = ResourceLimits.Http2WindowBytes(MemoryPressure.Available);
        kestrel.Http2.InitialConnectionWindowSize = window;
        kestrel.Http2.InitialStreamWindowSize = window / 4 * 3;
    }

    private static void ServeTraffic(ListenOptions listen, SidecarOptions options)
    {
        Follow(listen);
        if (options.Listener.Tls.IsOn)
            UseTls(listen, options.Listener.Tls);
        ServeHttp(listen, options.Limits);
    }

    // A drain waits for the connections.
    private static void Follow(ListenOptions listen)
    {
        var connections = listen.ApplicationServices.GetRequiredService<TrafficConnections>();
        var time = listen.ApplicationServices.GetRequiredService<TimeProvider>();
        listen.Use(next => connections.Follow(ClosedTransport.Bound(next, time)));
    }

    private static void ServeRedirects(ListenOptions listen, SidecarOptions options, HttpsRedirectOptions redirect)
    {
        Follow(listen);
        listen.Use(next => connection =>
        {
            connection.Features.Set(redirect);
            return next(connection);
        });
        ServeHttp(listen, options.Limits);
    }

    private static void ServeHttp(ListenOptions listen, LimitOptions limits)
    {
        var services = listen.ApplicationServices;
        var http1 = services.GetRequiredService<Http1Server>();
        var http2 = services.GetRequiredService<Http2Admission>();
        var time = services.GetRequiredService<TimeProvider>();
        // What is left for Kestrel: HTTP/2, by ALPN or by its preface.
        listen.Protocols = HttpProtocols.Http2;
        listen.Use(next => async connection =>
        {
            var isHttp2 = connection.Features.Get<ISslStreamFeature>() is { SslStream: var tls }
                ? tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2
                : await IsHttp2Async(connection, limits, time);
            if (isHttp2 is null)
                return;
            if (isHttp2.Value)
            {
                await http2.ServeAsync(connection, one => next(one));
                return;
            }

            using var presence = new ClientPresence(connection, limits.HalfCloseTimeout, time);
            await http1.ServeAsync(connection, presence, limits);
        });
    }

    /// <summary>Waits for a client's first bytes.</summary>
    /// <returns>Whether they are those of HTTP/2; null when none came, or the sidecar drains.</returns>
    private static async ValueTask<bool?> IsHttp2Async(ConnectionContext connection, LimitOptions limits, TimeProvider time)
    {
        // Kestrel's own clocks only start when it sees the connection, nor does it close, in a drain, one that it has not seen.
        using var silence = new CancellationTokenSource(limits.KeepAliveTimeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested);
        try
        {
            return await ProtocolSniffer.IsHttp2Async(connection.Transport.Input, end.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private static void UseTls(ListenOptions listen, TlsOptions options)
    {
        var services = listen.ApplicationServices;
        var watch = services.GetRequiredService<CredentialWatch>();
        var certificates = new ServerCertificates(options, watch, services.GetRequiredService<CertificateExpiry>());
        var clients = options.ClientCertificates.Mode == ClientCertificateMode.None ? null : new ClientAuthentication(options.ClientCertificates, watch);
        TlsHandshake.Use(listen, options.HandshakeTimeout, (hello, handshake) =>
        {
            var certificate = certificates.For(hello.ServerName);
            var answer = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Context,
                EnabledSslProtocols = options.Protocols,
                CipherSuitesPolicy = CipherSuites.For(handshake.OffersTls13),
                AllowRenegotiation = false,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            };
            clients?.Ask(answer, certificate, handshake);
            return answer;
        });
    }

    private static void ServeAdmin(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Set(AdminListener.Instance);
        return next(connection);
    });

    private static void Listen(KestrelServerOptions kestrel, string address, int port, bool isAdmin, Action<ListenOptions> configure)
    {
        foreach (var one in AddressesOf(address, port))
            kestrel.Listen(new ListenEndPoint(one, port, isAdmin), configure);
    }

    private static IPAddress[] AddressesOf(string address, int port) => address switch
    {
        // All of IPv4, too.
        "*" => [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
        // No two addresses have the same free port.
        "localhost" => port == 0 || !HasLoopbackV6() ? [IPAddress.Loopback] : [IPAddress.Loopback, IPAddress.IPv6Loopback],
        _ => [IPAddress.Parse(address)],
    };

    private static bool HasLoopbackV6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
