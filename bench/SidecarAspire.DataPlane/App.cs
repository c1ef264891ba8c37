using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.DataPlane;

/// <summary>
/// The application: it answers a path with the path, an upload with its size, <c>/download/n</c> with n bytes and <c>/hold</c> never;
/// <c>/socket</c> echoes. A caller can follow a request of a given X-Request-Id.
/// </summary>
internal sealed class App(WebApplication host, ConcurrentDictionary<string, Visit> visits) : IAsyncDisposable
{
    private static readonly byte[] Block = new byte[64 * 1024];

    public string Url => host.Urls.Single();

    public int Port => new Uri(Url).Port;

    public static async Task<App> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        var host = builder.Build();
        var visits = new ConcurrentDictionary<string, Visit>();
        host.UseWebSockets();
        host.Run(async context =>
        {
            visits.TryGetValue(context.Request.Headers["X-Request-Id"].ToString(), out var visit);
            visit?.Arrive();
            try
            {
                await AnswerAsync(context);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or WebSocketException or BadHttpRequestException or ConnectionAbortedException)
            {
                visit?.BreakOff();
            }
        });
        await host.StartAsync();
        return new App(host, visits);
    }

    /// <summary>Follows the request that will carry this id.</summary>
    public Visit Follow(string requestId) => visits.GetOrAdd(requestId, static _ => new Visit());

    public void Forget(string requestId) => visits.TryRemove(requestId, out _);

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    private static Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (context.WebSockets.IsWebSocketRequest)
            return EchoAsync(context);
        if (HttpMethods.IsPost(context.Request.Method))
            return CountAsync(context);
        if (path == "/hold")
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        return path.StartsWith("/download/", StringComparison.Ordinal)
            ? SendAsync(context, long.Parse(path.AsSpan("/download/".Length), CultureInfo.InvariantCulture))
            : TextAsync(context, path);
    }

    private static Task TextAsync(HttpContext context, string text)
    {
        context.Response.ContentLength = text.Length;
        return context.Response.WriteAsync(text);
    }

    private static async Task CountAsync(HttpContext context)
    {
        var body = context.Request.BodyReader;
        var count = 0L;
        while (await body.ReadAsync(context.RequestAborted) is var part)
        {
            count += part.Buffer.Length;
            body.AdvanceTo(part.Buffer.End);
            if (part.IsCompleted)
                break;
        }

        await TextAsync(context, count.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task SendAsync(HttpContext context, long bytes)
    {
        context.Response.ContentLength = bytes;
        for (var left = bytes; left > 0; left -= Block.Length)
            await context.Response.Body.WriteAsync(Block.AsMemory(0, (int)Math.Min(left, Block.Length)), context.RequestAborted);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var message = new byte[4096];
        while (await socket.ReceiveAsync(message.AsMemory(), context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
            await socket.SendAsync(message.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
