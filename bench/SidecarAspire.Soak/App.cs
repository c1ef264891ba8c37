using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.Soak;

/// <summary>The application behind the sidecar: <c>/hold</c> reads the request and never responds, <c>/stall</c> reads nothing, <c>/big</c> sends without an end, <c>/tunnel</c> is an upgrade that sends without an end; anything else is two bytes.</summary>
internal sealed class App(WebApplication host) : IAsyncDisposable
{
    private static readonly byte[] s_piece = new byte[64 * 1024];

    public string Url => host.Urls.Single();

    public static async Task<App> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var host = builder.Build();
        host.Run(ServeAsync);
        await host.StartAsync();
        return new App(host);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await host.StopAsync(now.Token);
        await host.DisposeAsync();
    }

    private static async Task ServeAsync(HttpContext context)
    {
        try
        {
            switch (context.Request.Path.Value)
            {
                case "/hold":
                    await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    break;
                case "/stall":
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    break;
                case "/big":
                    await SendAsync(context.Response.Body, context.RequestAborted);
                    break;
                case "/tunnel":
                    context.Response.Headers.Upgrade = "soak";
                    await SendAsync(await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync(), context.RequestAborted);
                    break;
                default:
                    context.Response.ContentLength = 2;
                    await context.Response.WriteAsync("ok");
                    break;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // The client is gone.
        }
    }

    private static async Task SendAsync(Stream body, CancellationToken cancellationToken)
    {
        // Writes to a connection that is gone return at once, and Kestrel tells of it a little later.
        for (; !cancellationToken.IsCancellationRequested; await Task.Delay(1, cancellationToken))
            await body.WriteAsync(s_piece, cancellationToken);
    }
}
