using System.Security.Cryptography;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Access;

public sealed class PreflightTests
{
    [Fact]
    public async Task Credentials_that_stay_behind_do_so_with_a_preflight_too()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            "Sidecar:Security:Access:Preflights=true",
            "Sidecar:Security:ApiKeys:Entries:0:Name=batch",
            $"Sidecar:Security:ApiKeys:Entries:0:Hash={Convert.ToHexString(SHA256.HashData("the key"u8))}");

        var answer = await sidecar.ExchangeAsync("OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\nAccess-Control-Request-Method: PUT\r\nX-Api-Key: the key\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldNotContain("the key");
    }
}
