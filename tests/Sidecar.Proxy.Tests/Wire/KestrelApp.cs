using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>The application behind the sidecar where bytes are too little: HTTP/2, TLS.</summary>
internal sealed class KestrelApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private KestrelApp(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.Single()).Port;

    public string Url => _app.Urls.Single();

    /// <summary>Starts an app that speaks HTTP/2 in cleartext.</summary>
    public static Task<KestrelApp> StartHttp2Async(RequestDelegate answer) => StartAsync(listen => listen.Protocols = HttpProtocols.Http2, answer);

    /// <summary>Starts an app that speaks HTTP/1.1 and HTTP/2 over TLS.</summary>
    public static Task<KestrelApp> StartHttpsAsync(X509Certificate2 certificate, RequestDelegate answer) => StartAsync(listen => listen.UseHttps(certificate), answer);

    /// <summary>Starts an app that asks its clients for certificates, and believes them all.</summary>
    public static Task<KestrelApp> StartMutualAsync(X509Certificate2 certificate, RequestDelegate answer) => StartAsync(
        listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        }),
        answer);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<KestrelApp> StartAsync(Action<ListenOptions> listen, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen));
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(answer);
        await app.StartAsync(Patience.Token());
        return new KestrelApp(app);
    }
}
