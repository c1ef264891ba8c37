using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream.Health;

public sealed class HealthCheckTlsTests
{
    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task A_check_asks_for_the_same_name_as_requests_do(string protocol)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("CN=app", ["pinned.example"]);
        await using var app = await KestrelApp.StartHttpsAsync(certificate, context => context.Response.WriteAsync("secure"));
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            $"Sidecar:Upstream:Protocol={protocol}",
            $"Sidecar:Upstream:CaFile={authority.File}",
            "Sidecar:Upstream:ServerName=pinned.example",
            "Sidecar:Lifecycle:ReadinessPath=/");

        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 200");
        (await sidecar.AdminAsync("/readyz")).Body.ShouldBe("ready\n");
    }
}
