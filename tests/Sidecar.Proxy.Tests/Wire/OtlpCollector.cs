using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Takes what an OTLP exporter sends; protobuf strings are readable as they are.</summary>
internal sealed class OtlpCollector(WebApplication app) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _received = new();
    private readonly ConcurrentDictionary<string, byte[]> _raw = new();

    public string Url => app.Urls.Single();

    public ConcurrentBag<string> Keys { get; } = [];

    /// <summary>What it answers first, one after the other: a status, or a status of gRPC; nobody has to wait before trying again.</summary>
    public ConcurrentQueue<int> Refusals { get; } = new();

    /// <summary>The messages of the requests that it took, decompressed.</summary>
    public Channel<byte[]> Taken { get; } = Channel.CreateUnbounded<byte[]>();

    public static async Task<OtlpCollector> StartAsync(string protocol)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            listen.Protocols = protocol == "grpc" ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.Run(collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    /// <summary>Whether bytes, such as a trace's id, are in what came in.</summary>
    public bool Contains(string signal, byte[] bytes) => _raw.GetValueOrDefault(signal, []).AsSpan().IndexOf(bytes) >= 0;

    public string Received(string signal) => _received.GetValueOrDefault(signal, "");

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var path = context.Request.Path.Value!;
        var signal = path.Contains("trace", StringComparison.Ordinal) ? "traces" : path.Contains("log", StringComparison.Ordinal) ? "logs" : "metrics";
        _received.AddOrUpdate(signal, Encoding.UTF8.GetString(body.ToArray()), (_, before) => before + Encoding.UTF8.GetString(body.ToArray()));
        _raw.AddOrUpdate(signal, body.ToArray(), (_, before) => [.. before, .. body.ToArray()]);
        Keys.Add(context.Request.Headers["x-key"].ToString());
        var isGrpc = context.Request.ContentType == "application/grpc";
        context.Response.ContentType = context.Request.ContentType;
        if (Refusals.TryDequeue(out var refusal))
        {
            if (isGrpc)
                (context.Response.Headers["grpc-status"], context.Response.Headers["grpc-message"]) = ($"{refusal}", "not%20now");
            else
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (refusal, "0");
            return;
        }

        Taken.Writer.TryWrite(isGrpc ? Unpack(body.ToArray()[5..], body.ToArray()[0] == 1) : Unpack(body.ToArray(), context.Request.Headers.ContentEncoding == "gzip"));
        if (!isGrpc)
            return;
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static byte[] Unpack(byte[] message, bool isCompressed)
    {
        if (!isCompressed)
            return message;
        using var gzip = new GZipStream(new MemoryStream(message), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        gzip.CopyTo(whole);
        return whole.ToArray();
    }
}
