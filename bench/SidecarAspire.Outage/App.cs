using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.Outage;

/// <summary>One of three targets, as a process of its own, so that it can be killed: it takes some milliseconds and gives the answer it was started for.</summary>
internal static class App
{
    public const string Answer = "served";

    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(2);

    /// <summary>Runs until it is killed; its first line is its port.</summary>
    public static async Task<int> RunAsync(string status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var statusCode = int.Parse(status, CultureInfo.InvariantCulture);
        app.Run(async context =>
        {
            await Task.Delay(Work);
            context.Response.StatusCode = statusCode;
            context.Response.ContentLength = Answer.Length;
            await context.Response.WriteAsync(Answer);
        });
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.Single()).Port);
        await app.WaitForShutdownAsync();
        return 0;
    }
}
