using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class Http2HeaderBytesTests
{
    /// <summary>The app reads UTF-8; what a test sends is bytes, one a character.</summary>
    [Fact]
    public async Task Header_values_pass_byte_for_byte()
    {
        await using var app = await StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Headers["X-Name"] == "J\u00fcrgen" ? StatusCodes.Status200OK : StatusCodes.Status406NotAcceptable;
            return Task.CompletedTask;
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Protocol=http2");

        (await sidecar.GetAsync("/", "X-Name: J\u00c3\u00bcrgen")).ShouldStartWith("HTTP/1.1 200");
    }

    [Theory]
    [InlineData("shop.example:99999")]
    [InlineData("[::1")]
    public async Task A_host_that_a_URL_could_not_have_is_the_clients_fault(string host)
    {
        await using var app = await StartAsync(context => context.Response.WriteAsync(context.Request.Host.ToString()));
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, "Sidecar:Upstream:Protocol=http2", "Sidecar:Upstream:CircuitBreaker:MinimumThroughput=1", "Sidecar:Upstream:CircuitBreaker:FailurePercent=1");

        (await sidecar.ExchangeAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).ShouldStartWith("HTTP/1.1 400");

        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 200");
    }

    private static Task<KestrelApp> StartAsync(RequestDelegate answer) => KestrelApp.StartHttp2Async(answer);
}
