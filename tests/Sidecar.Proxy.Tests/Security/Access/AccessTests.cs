using System.Text.Json.Nodes;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Security.Identity;
using Sidecar.Proxy.Tests.Security.Jwt;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Access;

public sealed class AccessTests : IDisposable
{
    private const string Allow = "Sidecar:Security:Access:Allow";
    private const string Optional = "Sidecar:Listener:Tls:ClientCertificates:Mode=optional";
    private readonly TestIssuer _issuer = new();
    private readonly TestAuthority _authority = new();

    [Theory]
    [InlineData("scope", "write", """{"scope":"read write"}""", "200")]
    [InlineData("scope", "writ", """{"scope":"read write"}""", "403 not_allowed")]
    [InlineData("groups", "ops,dev", """{"groups":["sales","dev"]}""", "200")]
    [InlineData("groups", "ops", """{"groups":"ops team"}""", "403 not_allowed")]
    [InlineData("groups", "ops", """{"groups":[["ops"]]}""", "403 not_allowed")]
    [InlineData("/realm_access/roles", "admin", """{"realm_access":{"roles":["admin"]}}""", "200")]
    [InlineData("/realm_access/roles", "admin", """{"/realm_access/roles":"admin"}""", "403 not_allowed")]
    [InlineData("https://example.com/level", "3", """{"https://example.com/level":3}""", "200")]
    [InlineData("email_verified", "true", """{"email_verified":true}""", "200")]
    [InlineData("email_verified", "true", """{"email_verified":"True"}""", "403 not_allowed")]
    [InlineData("tenant", null, """{"tenant":"x"}""", "200")]
    [InlineData("tenant", null, """{"tenant":null}""", "403 not_allowed")]
    [InlineData("tenant", null, """{}""", "403 not_allowed")]
    public async Task Claims_decide(string name, string? values, string claims, string outcome)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings([$"{Allow}:0:Claims:0:Name={name}", .. values is null ? [] : new[] { $"{Allow}:0:Claims:0:Values={values}" }]));
        var token = _issuer.Token(claims: all =>
        {
            foreach (var (key, value) in JsonNode.Parse(claims)!.AsObject())
                all[key] = value?.DeepClone();
        });

        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {token}")).ShouldBe(outcome);
    }

    [Fact]
    public async Task All_parts_of_an_entry_have_to_hold_and_one_entry_is_enough()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings(
            [.. Key, $"{Allow}:0:Claims:0:Name=sub", $"{Allow}:0:Keys=batch", $"{Allow}:1:Claims:0:Name=admin"]));
        var token = $"Authorization: Bearer {_issuer.Token()}";

        (await sidecar.OutcomeAsync("/", token)).ShouldBe("403 not_allowed");
        (await sidecar.OutcomeAsync("/", "X-Api-Key: the key")).ShouldBe("403 not_allowed");
        (await sidecar.OutcomeAsync("/", token, "X-Api-Key: the key")).ShouldBe("200");
        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {_issuer.Token(claims: claims => claims["admin"] = 1)}")).ShouldBe("200");
    }

    [Fact]
    public async Task A_token_that_is_not_enough_is_told_so_by_RFC_6750()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings($"{Allow}:0:Claims:0:Name=admin"));

        var answer = await sidecar.GetAsync("/", $"Authorization: Bearer {_issuer.Token()}");

        answer.ShouldStartWith("HTTP/1.1 403");
        answer.ShouldContain("\r\nWWW-Authenticate: Bearer error=\"insufficient_scope\"\r\n");
    }

    [Fact]
    public async Task A_route_has_rules_of_its_own()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings([
            .. Route(0, "open", "/health"), "Sidecar:Routes:0:Access:Anonymous=true",
            .. Route(1, "admin", "/admin"), "Sidecar:Routes:1:Access:Allow:0:Claims:0:Name=admin"]));
        var user = $"Authorization: Bearer {_issuer.Token()}";

        (await sidecar.OutcomeAsync("/health")).ShouldBe("200");
        (await sidecar.OutcomeAsync("/health", "Authorization: Bearer x.y.z")).ShouldBe("200");
        (await sidecar.OutcomeAsync("/")).ShouldBe("401 credentials_missing");
        (await sidecar.OutcomeAsync("/", user)).ShouldBe("200");
        using var counted = new RecordedMetrics(sidecar);
        (await sidecar.OutcomeAsync("/admin", user)).ShouldBe("403 not_allowed");
        counted["sidecar.access.denied", "sidecar.access.reason=not_allowed", "sidecar.route=admin"].ShouldBe(1);
    }

    [Fact]
    public async Task Preflights_pass_only_where_they_are_told_to()
    {
        await using var app = EchoApp.Start();
        await using var closed = await RunningSidecar.StartAsync(app.Url, _issuer.Settings());
        await using var open = await RunningSidecar.StartAsync(app.Url, _issuer.Settings("Sidecar:Security:Access:Preflights=true"));
        const string Preflight = "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n";

        (await closed.ExchangeAsync(Preflight)).ShouldStartWith("HTTP/1.1 401");
        (await open.ExchangeAsync(Preflight)).ShouldStartWith("HTTP/1.1 200");
        (await open.ExchangeAsync(Preflight.Replace("Origin", "X-Origin", StringComparison.Ordinal))).ShouldStartWith("HTTP/1.1 401");
        (await open.ExchangeAsync(Preflight.Replace("OPTIONS", "DELETE", StringComparison.Ordinal))).ShouldStartWith("HTTP/1.1 401");
    }

    [Theory]
    [InlineData("spiffe://cluster.local/ns/shop/sa/web", "200")]
    [InlineData("spiffe://cluster.local/ns/shop/sa", "403")]
    [InlineData("spiffe://cluster.local/ns/ops/sa/backup", "200")]
    [InlineData("spiffe://cluster.local/ns/ops/sa/backup2", "403")]
    [InlineData(null, "403")]
    public async Task Identities_decide_exactly_or_by_their_beginning(string? identity, string status)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await MutualTls.StartAsync(
            _authority, app.Url, Optional, $"{Allow}:0:Identities=spiffe://cluster.local/ns/shop/sa/*,spiffe://cluster.local/ns/ops/sa/backup");
        using var certificate = identity is null ? null : _authority.Issue("CN=x", uris: [identity]);
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);

        (await client.GetAsync()).ShouldStartWith($"HTTP/1.1 {status} ");
    }

    [Fact]
    public async Task A_token_that_claims_to_be_an_identity_is_not_one()
    {
        await using var sidecar = await MutualTls.StartAsync(_authority, "http://127.0.0.1:1", _issuer.Settings(Optional, $"{Allow}:0:Identities=*", $"{Allow}:1:Claims:0:Name=admin"));
        await using var client = await TlsConnection.OpenAsync(sidecar.Port);

        (await client.GetAsync($"Authorization: Bearer {_issuer.Token(claims: claims => claims["sub"] = "spiffe://cluster.local/ns/ops")}")).ShouldStartWith("HTTP/1.1 403 ");
    }

    [Fact]
    public async Task A_certificate_alone_does_not_stand_in_for_the_token_that_is_asked_for()
    {
        await using var sidecar = await MutualTls.StartAsync(_authority, "http://127.0.0.1:1", _issuer.Settings());
        using var certificate = _authority.Issue("CN=x", uris: ["spiffe://x/y"]);
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);

        (await client.GetAsync()).ShouldStartWith("HTTP/1.1 401 ");
    }

    [Fact]
    public async Task Rules_that_let_nobody_in_let_nobody_in()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Security:Access:Preflights=false");

        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {_issuer.Token()}", "X-Api-Key: x")).ShouldBe("403 not_allowed");
    }

    [Fact]
    public async Task Who_it_is_is_in_the_access_log()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings([.. Key, $"{Allow}:0:Issuers=main", $"{Allow}:1:Keys=*"]));

        await sidecar.GetAsync("/", $"Authorization: Bearer {_issuer.Token()}");
        var token = await sidecar.Logs.NextAsync(Proxy.Observability.AccessLogging.AccessLog.Category);
        await sidecar.GetAsync("/", "X-Api-Key: the key");
        var key = await sidecar.Logs.NextAsync(Proxy.Observability.AccessLogging.AccessLog.Category);

        token.Attributes["enduser.id"].ShouldBe("alice");
        token.Attributes["sidecar.jwt.issuer"].ShouldBe("main");
        key.Attributes["sidecar.api_key.name"].ShouldBe("batch");
    }

    [Theory]
    [InlineData("Sidecar:Security:Access:Allow:0:Claims:0:Name=x", "without Issuers and Claims in Access, or with Sidecar:Security:Jwt")]
    [InlineData("Sidecar:Routes:0:Access:Allow:0:Keys=x", "without Keys in Access of the route 'r', or with Sidecar:Security:ApiKeys")]
    [InlineData("Sidecar:Security:Access:Allow:0:Identities=spiffe://a/b", "without Identities in Access, or with Sidecar:Listener:Tls:ClientCertificates:Mode optional or require")]
    [InlineData("Sidecar:Routes:0:Access:Allow:0:Identities=*", "without Identities in Access of the route 'r', or with Sidecar:Listener:Tls:ClientCertificates:Mode optional or require")]
    [InlineData("Sidecar:Security:Access:Allow:0:Claims:0:Values=x", "Sidecar:Security:Access:Allow:0:Claims:0:Name: '' is not allowed; it must be the name of a claim")]
    [InlineData("Sidecar:Security:Access:Allow:0:Keys=", "it must be given, or one of Issuers, Claims, Keys and Addresses; Anonymous lets everybody in")]
    [InlineData("Sidecar:Security:Access:Allow:0:Addresses=10.0.0.0/33", "IP addresses or networks such as 10.0.0.0/8")]
    [InlineData("Sidecar:Routes:0:Access:Allow:0:Addresses=10.0.0.1;Sidecar:Routes:0:Access:Anonymous=true", "Sidecar:Routes:0:Access:Anonymous: 'true' is not allowed; it must be false where there is Allow, which says who may")]
    [InlineData("Sidecar:Security:Addresses:Allow=10.0.0.0/8,10.0.0.1;Sidecar:Security:Addresses:Deny=10.0.0.1", "Sidecar:Security:Addresses:Allow: '10.0.0.0/8,10.0.0.1' is not allowed; it must be networks that are not in Deny ('10.0.0.1' is in both)")]
    [InlineData("Sidecar:Security:Access:Allowed=x", "Sidecar:Security:Access:Allowed: 'Allowed' is not allowed; it must be one of the known keys: Allow, Anonymous, External, Preflights")]
    public async Task Rules_that_cannot_be_meant_stop_the_start(string setting, string told) =>
        (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync("http://127.0.0.1:1", ["Sidecar:Routes:0:Name=r", .. setting.Split(';')]))).Message.ShouldContain(told);

    [Fact]
    public async Task A_rule_for_an_issuer_or_a_key_that_is_not_there_stops_the_start()
    {
        (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync("http://127.0.0.1:1", _issuer.Settings($"{Allow}:0:Issuers=mian"))))
            .Message.ShouldContain("without 'mian' in Access, or with an issuer of that name under Sidecar:Security:Jwt:Issuers");
        (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync("http://127.0.0.1:1", [.. Key, $"{Allow}:0:Keys=btach"])))
            .Message.ShouldContain("without 'btach' in Access, or with a key of that name under Sidecar:Security:ApiKeys:Entries");
    }

    [Theory]
    [InlineData("Sidecar:Security:ApiKeys:Header=authorization", "Sidecar:Security:ApiKeys:Header: 'authorization' is not allowed; it must be another header than Sidecar:Security:Jwt:Header")]
    [InlineData("Sidecar:Security:Jwt:ClaimHeaders:X_Api_Key=sub", "Sidecar:Security:ApiKeys:Header: '' is not allowed; it must be another header than those of Sidecar:Security:Jwt:ClaimHeaders, which clients cannot set")]
    public async Task A_header_that_is_meant_to_be_two_things_stops_the_start(string setting, string told) =>
        (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync("http://127.0.0.1:1", _issuer.Settings([.. Key, setting])))).Message.ShouldContain(told);

    public void Dispose()
    {
        _issuer.Dispose();
        _authority.Dispose();
    }

    private static string[] Key =>
    [
        "Sidecar:Security:ApiKeys:Entries:0:Name=batch",
        $"Sidecar:Security:ApiKeys:Entries:0:Hash={Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("the key"u8))}",
    ];

    private static string[] Route(int index, string name, string prefix) => [$"Sidecar:Routes:{index}:Name={name}", $"Sidecar:Routes:{index}:Match:PathPrefix={prefix}"];
}
