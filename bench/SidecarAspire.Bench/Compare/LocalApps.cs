using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.Bench.Compare;

/// <summary>What runs in this process: a WebSocket echo, a gRPC service, and sinks for what exporters and HAProxy's log send.</summary>
internal sealed class LocalApps : IAsyncDisposable
{
    private const int StreamedMessages = 100;

    // A message of 32 bytes as gRPC frames it: not compressed, its length, itself.
    private static readonly byte[] Message = [0, 0, 0, 0, 32, .. new byte[32]];

    private readonly WebApplication _host;

    private LocalApps(WebApplication host) => _host = host;

    /// <summary>The echo, and the sink of what exporters send.</summary>
    public int Port => new Uri(_host.Urls.First()).Port;

    /// <summary>The sink of what loggers send over TCP.</summary>
    public int LogSinkPort => new Uri(_host.Urls.Last()).Port;

    /// <summary>The gRPC service, HTTP/2 without TLS.</summary>
    public int GrpcPort => new Uri(_host.Urls.ElementAt(1)).Port;

    public static async Task<LocalApps> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Run(DropAsync));
        });
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
            return;
        }

        if (HttpMethods.IsPost(context.Request.Method))
        {
            await CallAsync(context, context.Request.Path.Value!.EndsWith("/Stream", StringComparison.Ordinal) ? StreamedMessages : 1);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
    }

    private static async Task CallAsync(HttpContext context, int messages)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "application/grpc";
        for (var i = 0; i < messages; i++)
            await context.Response.BodyWriter.WriteAsync(Message, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task DropAsync(ConnectionContext connection)
    {
        while (await connection.Transport.Input.ReadAsync(connection.ConnectionClosed) is { IsCompleted: false } read)
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
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
