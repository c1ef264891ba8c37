using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class Http2UpstreamTests
{
    [Fact]
    public async Task A_request_over_http2_to_the_app_is_recorded_with_its_bytes_and_first_byte_too()
    {
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync("good morning");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Protocol=http2", "Sidecar:AccessLog:Format=json");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        await client.ReadThroughAsync("good morning");

        var record = JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement;
        record.GetProperty("http.request.body.size").GetInt64().ShouldBe(5);
        record.GetProperty("http.response.body.size").GetInt64().ShouldBe(12);
        record.GetProperty("sidecar.time_to_first_byte").GetDouble().ShouldBeGreaterThan(0);
    }
}
