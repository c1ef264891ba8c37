using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class ClientGoneTests
{
    private const string LastChunk = "0\r\n\r\n";

    [Fact]
    public async Task A_client_that_goes_with_the_last_byte_takes_no_connection_from_the_next()
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            while (true)
            {
                await connection.ReadMessageAsync();
                await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
                await connection.SendAsync(LastChunk);
            }
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, builder => builder.Services.AddSingleton<IStartupFilter, GoneAtTheEnd>());

        for (var i = 0; i < 3; i++)
            (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }

    /// <summary>Says that the client is gone at the worst moment: the answer is out, the exchange not yet over.</summary>
    private sealed class GoneAtTheEnd : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (HttpContext context, RequestDelegate rest) =>
            {
                using var gone = new CancellationTokenSource();
                context.RequestAborted = gone.Token;
                var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
                context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new LastChunkStream(body.Stream, gone), body));
                await rest(context);
            });
            next(app);
        };
    }

    private sealed class LastChunkStream(Stream inner, CancellationTokenSource gone) : UnseekableStream
    {
        public override bool CanRead => false;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await inner.WriteAsync(buffer, CancellationToken.None);
            await inner.FlushAsync(CancellationToken.None);
            if (buffer.Span.EndsWith("0\r\n\r\n"u8))
                await gone.CancelAsync();
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(CancellationToken.None);
    }
}
