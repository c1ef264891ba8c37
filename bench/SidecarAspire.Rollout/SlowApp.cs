using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.Rollout;

/// <summary>The application: most answers take some milliseconds and a few take long, so that there is always something in flight.</summary>
internal sealed class SlowApp(WebApplication app) : IAsyncDisposable
{
    public const string Answer = "served";

    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(400);

    public string Url => app.Urls.Single();

    public static async Task<SlowApp> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var requests = 0;
        app.Run(async context =>
        {
            await Task.Delay(Interlocked.Increment(ref requests) % 50 == 0 ? Long : Usual);
            await context.Response.WriteAsync(Answer);
        });
        await app.StartAsync();
        return new SlowApp(app);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
