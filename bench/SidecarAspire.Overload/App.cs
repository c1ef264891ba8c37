using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.Overload;

/// <summary>
/// An application with eight workers, each 20 ms busy with a request, and a queue without an end in front of them. It works through its
/// queue whether anybody still waits for the answer or not, as most do: so it collapses once the queue is longer than its clients' patience.
/// </summary>
internal sealed class App(WebApplication host) : IAsyncDisposable
{
    public const int Workers = 8;

    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(20);

    public string Url => host.Urls.Single();

    public int Port => new Uri(Url).Port;

    public static async Task<App> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var host = builder.Build();
        var workers = new SemaphoreSlim(Workers);
        host.Run(async context =>
        {
            await workers.WaitAsync();
            await Task.Delay(Work);
            workers.Release();
            context.Response.ContentLength = 6;
            await context.Response.WriteAsync("served");
        });
        await host.StartAsync();
        return new App(host);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await host.StopAsync(now.Token);
        await host.DisposeAsync();
    }
}
