using System.Security.Cryptography;
using Sidecar.Proxy.Tests.Security.Jwt;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Access;

public sealed class PreflightTests
{
    /// <summary>Whoever calls itself a browser's question may bring credentials, which nobody has looked at.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Credentials_stay_behind_with_a_preflight(bool forward)
    {
        await using var app = EchoApp.Start();
        using var issuer = new TestIssuer();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            issuer.Settings(
                "Sidecar:Security:Access:Preflights=true",
                $"Sidecar:Security:Jwt:Forward={forward}",
                "Sidecar:Security:Jwt:Cookie=token",
                "Sidecar:Security:Jwt:Query=token",
                $"Sidecar:Security:ApiKeys:Forward={forward}",
                "Sidecar:Security:ApiKeys:Entries:0:Name=batch",
                $"Sidecar:Security:ApiKeys:Entries:0:Hash={Convert.ToHexString(SHA256.HashData("the key"u8))}"));

        var answer = await sidecar.ExchangeAsync(
            $"OPTIONS /?a=1&token=forged HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\nAccess-Control-Request-Method: PUT\r\nAuthorization: Bearer forged\r\nCookie: b=2; token=forged\r\nX-Api-Key: the key\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldContain("OPTIONS /?a=1 ");
        answer.ShouldContain("b=2");
        answer.ShouldNotContain("forged");
        answer.ShouldNotContain("the key");
    }
}
