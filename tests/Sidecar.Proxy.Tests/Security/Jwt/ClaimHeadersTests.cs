using System.Text.Json.Nodes;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Jwt;

public sealed class ClaimHeadersTests : IDisposable
{
    private readonly TestIssuer _issuer = new();

    private string[] Settings(params string[] more) => _issuer.Settings([
        "Sidecar:Security:Jwt:ClaimHeaders:X-User=sub", "Sidecar:Security:Jwt:ClaimHeaders:X-Roles=/realm_access/roles", "Sidecar:Security:Jwt:ClaimHeaders:X-Extra=extra", .. more]);

    [Fact]
    public async Task Claims_reach_the_application_in_headers()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Settings());
        var token = _issuer.Token(claims: claims => claims["realm_access"] = new JsonObject { ["roles"] = TestIssuer.Array("admin", "a,b") });

        var answer = await sidecar.GetAsync("/", $"Authorization: Bearer {token}");

        answer.ShouldContain("\r\nX-User: alice\r\n");
        answer.ShouldContain("\r\nX-Roles: admin,a%2Cb\r\n");
        answer.ShouldNotContain("X-Extra");
    }

    [Theory]
    [InlineData("\"Jürgen 100% \"", "J%C3%BCrgen 100%25%20")]
    [InlineData("\"a\\r\\nX-Admin: yes\"", "a%0D%0AX-Admin: yes")]
    [InlineData("\"\\u0000\\u007f\"", "%00%7F")]
    [InlineData("\"😀\"", "%F0%9F%98%80")]
    [InlineData("12.50", "12.50")]
    [InlineData("true", "true")]
    [InlineData("{\"a\":\n\"é\"}", "{\"a\":%0A\"%C3%A9\"}")]
    [InlineData("[1,\"x\",{\"a\":1}]", "1,x,{\"a\":1}")]
    public async Task No_claim_can_end_its_line(string claim, string value)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Settings());
        var token = _issuer.Sign(TestIssuer.Header("ES256", "p256").ToJsonString(), TestIssuer.Claims().ToJsonString().Replace("{", $"{{\"extra\":{claim},", StringComparison.Ordinal), "ES256");

        (await sidecar.GetAsync("/", $"Authorization: Bearer {token}")).ShouldContain($"\r\nX-Extra: {value}\r\n");
    }

    [Theory]
    [InlineData("X-User: root")]
    [InlineData("x-user: root")]
    [InlineData("X_User: root")]
    [InlineData("X-User: root\r\nX-User: root")]
    public async Task A_client_cannot_set_claim_headers(string forged)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Settings("Sidecar:Security:Access:Anonymous=true"));

        var anonymous = await sidecar.GetAsync("/", forged);
        var alice = await sidecar.GetAsync("/", forged, $"Authorization: Bearer {_issuer.Token()}");
        var refused = await sidecar.GetAsync("/", forged, "Authorization: Bearer x.y.z");

        foreach (var answer in new[] { anonymous, alice, refused })
        {
            answer.ShouldStartWith("HTTP/1.1 200");
            answer.ShouldNotContain("root");
        }

        alice.ShouldContain("\r\nX-User: alice\r\n");
    }

    [Fact]
    public async Task A_client_cannot_take_claim_headers_out_by_its_Connection_header()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Settings());

        var answer = await sidecar.GetAsync("/", $"Authorization: Bearer {_issuer.Token()}", "Connection: X-User, X-Other", "X-Other: y");

        answer.ShouldContain("\r\nX-User: alice\r\n");
        answer.ShouldNotContain("X-Other");
    }

    [Fact]
    public async Task A_client_cannot_send_claim_headers_as_trailers()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Settings());
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {_issuer.Token()}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-User: root\r\nX-Sum: 7\r\n\r\n");
        using var connection = await app.AcceptedAsync();

        var head = await connection.ReadHeadAsync();
        var rest = await connection.ReadThroughAsync("\r\n\r\n");

        head.ShouldContain("\r\nX-User: alice\r\n");
        rest.ShouldEndWith("0\r\nX-Sum: 7\r\n\r\n");
    }

    public void Dispose() => _issuer.Dispose();
}
