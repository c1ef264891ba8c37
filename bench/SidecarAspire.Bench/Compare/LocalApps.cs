using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.Bench.Compare;

/// <summary>What runs in this process: a WebSocket echo, and a sink for what exporters send.</summary>
internal sealed class LocalApps : IAsyncDisposable
{
    private readonly WebApplication _host;

    private LocalApps(WebApplication host) => _host = host;

    public int Port => new Uri(_host.Urls.Single()).Port;

    /// <summary>How many exports have arrived.</summary>
    public long Exports { get; private set; }

    public static async Task<LocalApps> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var apps = new LocalApps(builder.Build());
        apps._host.UseWebSockets();
        apps._host.Run(apps.AnswerAsync);
        await apps._host.StartAsync();
        return apps;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await EchoAsync(context);
            return;
        }

        if (context.Request.Path.StartsWithSegments("/v1"))
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            Exports++;
            return;
        }

        context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var message = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(message.AsMemory(), context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
                await socket.SendAsync(message.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client went without a word.
        }
    }
}
