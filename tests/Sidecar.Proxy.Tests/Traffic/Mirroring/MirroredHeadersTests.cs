using Sidecar.Proxy.Tests.Security.Jwt;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic.Mirroring;

public sealed class MirroredHeadersTests
{
    [Fact]
    public async Task A_client_cannot_take_what_the_sidecar_says_of_it_out_of_the_copy_either()
    {
        await using var app = EchoApp.Start();
        await using var shadow = ScriptedApp.Start();
        using var issuer = new TestIssuer();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, issuer.Settings(
            "Sidecar:Security:Jwt:ClaimHeaders:X-Subject=sub", $"Sidecar:Clusters:shadow:Targets={shadow.Url}", "Sidecar:Routes:0:Name=one", "Sidecar:Routes:0:Mirror:Cluster=shadow"));

        var answer = await sidecar.GetAsync("/", $"Authorization: Bearer {issuer.Token()}", "Connection: X-Subject");

        answer.ShouldContain("\r\nX-Subject: alice\r\n");
        (await (await shadow.AcceptedAsync()).ReadHeadAsync()).ShouldContain("\r\nX-Subject: alice\r\n");
    }
}
