using System.Net;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Admin;

public sealed class AdminEndpointsTests
{
    [Fact]
    public async Task Liveness_never_depends_on_the_app()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}");

        (await GetAsync(sidecar, "/livez")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Readiness_follows_the_app()
    {
        var port = FreePort.Next();
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{port}");
        (await GetAsync(sidecar, "/readyz")).ShouldBe(HttpStatusCode.ServiceUnavailable);

        await using var app = ScriptedApp.Start(port);

        (await GetAsync(sidecar, "/readyz")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nothing_else_is_answered_and_nothing_forwarded()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        (await GetAsync(sidecar, "/orders")).ShouldBe(HttpStatusCode.NotFound);

        app.Accepted.ShouldBe(0);
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
    }

    private static async Task<HttpStatusCode> GetAsync(RunningSidecar sidecar, string path)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{sidecar.AdminPort}{path}"), Patience.Token());
        return response.StatusCode;
    }
}
