using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Jwt;

public sealed class JwtTests : IDisposable
{
    private readonly TestIssuer _issuer = new();

    public static TheoryData<string> Algorithms => ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>Each is one step away from a token that holds.</summary>
    private static readonly Dictionary<string, (string Reason, Func<TestIssuer, string> Make)> Forgeries = new()
    {
        ["alg none"] = ("token_algorithm", issuer => TestIssuer.Sign(TestIssuer.Header("none", "rsa").ToJsonString(), TestIssuer.Claims().ToJsonString(), _ => [])),
        ["alg None with a signature"] = ("token_algorithm", issuer => issuer.Sign(TestIssuer.Header("None", "rsa").ToJsonString(), TestIssuer.Claims().ToJsonString(), "RS256")),
        ["no alg"] = ("token_algorithm", issuer => issuer.Sign("""{"kid":"rsa"}""", TestIssuer.Claims().ToJsonString(), "RS256")),
        ["alg in lower case"] = ("token_algorithm", issuer => issuer.Sign(TestIssuer.Header("rs256", "rsa").ToJsonString(), TestIssuer.Claims().ToJsonString(), "RS256")),
        ["HS256 with the public key"] = ("token_algorithm", issuer => WithPublicKey(issuer, Encoding.ASCII.GetBytes(issuer.Rsa.ExportSubjectPublicKeyInfoPem()))),
        ["HS256 with the modulus"] = ("token_algorithm", issuer => WithPublicKey(issuer, issuer.Rsa.ExportParameters(false).Modulus!)),
        ["RS256 with the kid of an EC key"] = ("token_key", issuer => issuer.Sign(TestIssuer.Header("RS256", "p256").ToJsonString(), TestIssuer.Claims().ToJsonString(), "RS256")),
        ["ES256 with the kid of an RSA key"] = ("token_key", issuer => issuer.Sign(TestIssuer.Header("ES256", "rsa").ToJsonString(), TestIssuer.Claims().ToJsonString(), "ES256")),
        ["ES256 with a key on another curve"] = ("token_key", issuer => issuer.Sign(TestIssuer.Header("ES256", "p384").ToJsonString(), TestIssuer.Claims().ToJsonString(), "ES384")),
        ["ES256 signed as DER"] = ("token_signature", issuer => TestIssuer.Sign(TestIssuer.Header("ES256", "p256").ToJsonString(), TestIssuer.Claims().ToJsonString(), data => issuer.P256.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))),
        ["ES256 of zeros"] = ("token_signature", _ => TestIssuer.Sign(TestIssuer.Header("ES256", "p256").ToJsonString(), TestIssuer.Claims().ToJsonString(), _ => new byte[64])),
        ["PS256 that says RS256"] = ("token_signature", issuer => issuer.Sign(TestIssuer.Header("RS256", "rsa").ToJsonString(), TestIssuer.Claims().ToJsonString(), "PS256")),
        ["RS512 that says RS256"] = ("token_signature", issuer => issuer.Sign(TestIssuer.Header("RS256", "rsa").ToJsonString(), TestIssuer.Claims().ToJsonString(), "RS512")),
        ["another key with the same kid"] = ("token_signature", _ => TestIssuer.Sign(TestIssuer.Header("ES256", "p256").ToJsonString(), TestIssuer.Claims().ToJsonString(), Stranger)),
        ["another key without kid"] = ("token_signature", _ => TestIssuer.Sign(TestIssuer.Header("ES256", null).ToJsonString(), TestIssuer.Claims().ToJsonString(), Stranger)),
        ["a key that it brings along"] = ("token_signature", _ => BringingItsKey("jwk")),
        ["a key that it points to"] = ("token_signature", _ => TestIssuer.Sign(TestIssuer.Header("ES256", "p256", header => header["jku"] = "http://127.0.0.1:9/jwks").ToJsonString(), TestIssuer.Claims().ToJsonString(), Stranger)),
        ["an unknown kid"] = ("token_key", issuer => issuer.Sign(TestIssuer.Header("ES256", "nobody").ToJsonString(), TestIssuer.Claims().ToJsonString(), "ES256")),
        ["crit"] = ("token_critical", issuer => issuer.Token(header: header => header["crit"] = TestIssuer.Array("exp"))),
        ["unencoded payload"] = ("token_critical", issuer => issuer.Token(header: header => (header["b64"], header["crit"]) = (false, TestIssuer.Array("b64")))),
        ["alg twice"] = ("token_malformed", issuer => issuer.Sign("""{"alg":"ES256","kid":"p256","alg":"ES256"}""", TestIssuer.Claims().ToJsonString(), "ES256")),
        ["alg twice, once escaped"] = ("token_malformed", issuer => issuer.Sign("""{"alg":"ES256","kid":"p256","\u0061lg":"ES256"}""", TestIssuer.Claims().ToJsonString(), "ES256")),
        ["sub twice"] = ("token_malformed", issuer => issuer.Sign(TestIssuer.Header("ES256", "p256").ToJsonString(), TestIssuer.Claims().ToJsonString().Replace("{", """{"sub":"root",""", StringComparison.Ordinal), "ES256")),
        ["a claim twice, nested"] = ("token_malformed", issuer => issuer.Sign(TestIssuer.Header("ES256", "p256").ToJsonString(), TestIssuer.Claims().ToJsonString().Replace("{", """{"x":{"a":1,"a":2},""", StringComparison.Ordinal), "ES256")),
        ["claims that are no object"] = ("token_malformed", issuer => issuer.Sign(TestIssuer.Header("ES256", "p256").ToJsonString(), "[]", "ES256")),
        ["claims that are no UTF-8"] = ("token_malformed", issuer => $"{TestIssuer.Base64(TestIssuer.Header("ES256", "p256").ToJsonString())}.{TestIssuer.Base64([(byte)'{', 0x22, 0xFF, 0x22, (byte)':', (byte)'1', (byte)'}'])}.AAAA"),
        ["half a surrogate pair as sub"] = ("token_malformed", issuer => issuer.Sign(TestIssuer.Header("ES256", "p256").ToJsonString(), TestIssuer.Claims().ToJsonString().Replace("\"alice\"", "\"\\ud800\"", StringComparison.Ordinal), "ES256")),
        ["expired"] = ("token_expired", issuer => issuer.Token(claims: claims => claims["exp"] = DateTimeOffset.UtcNow.AddSeconds(-61).ToUnixTimeSeconds())),
        ["not valid yet"] = ("token_not_yet_valid", issuer => issuer.Token(claims: claims => claims["nbf"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds())),
        ["no exp"] = ("token_malformed", issuer => issuer.Token(claims: claims => claims.Remove("exp"))),
        ["exp as text"] = ("token_malformed", issuer => issuer.Token(claims: claims => claims["exp"] = "99999999999")),
        ["nbf as text"] = ("token_malformed", issuer => issuer.Token(claims: claims => claims["nbf"] = "0")),
        ["another issuer"] = ("token_issuer", issuer => issuer.Token(claims: claims => claims["iss"] = "https://issuer.example")),
        ["no issuer"] = ("token_issuer", issuer => issuer.Token(claims: claims => claims.Remove("iss"))),
        ["an issuer in a list"] = ("token_malformed", issuer => issuer.Token(claims: claims => claims["iss"] = TestIssuer.Array(TestIssuer.Name))),
        ["another audience"] = ("token_audience", issuer => issuer.Token(claims: claims => claims["aud"] = TestIssuer.Array("billing", "Orders"))),
        ["no audience"] = ("token_audience", issuer => issuer.Token(claims: claims => claims.Remove("aud"))),
        ["a token for logout"] = ("token_type", issuer => issuer.Token(header: header => header["typ"] = "logout+jwt")),
        ["other claims under the signature"] = ("token_signature", issuer => Exchange(issuer.Token(), 1, TestIssuer.Base64(TestIssuer.Claims(claims => claims["sub"] = "root").ToJsonString()))),
        ["another header over the signature"] = ("token_signature", issuer => Exchange(issuer.Token(), 0, TestIssuer.Base64(TestIssuer.Header("ES256", "p256", header => header["x"] = 1).ToJsonString()))),
        ["no signature"] = ("token_malformed", issuer => Exchange(issuer.Token(), 2, "")),
        ["two parts"] = ("token_malformed", issuer => string.Join('.', issuer.Token().Split('.')[..2])),
        ["four parts"] = ("token_malformed", issuer => issuer.Token() + ".AAAA"),
        ["five parts, as an encrypted one"] = ("token_malformed", issuer => issuer.Token() + ".AAAA.AAAA"),
        ["padding"] = ("token_malformed", issuer => issuer.Token() + "=="),
        ["white space inside"] = ("token_malformed", issuer => issuer.Token().Insert(20, " ")),
        ["too long"] = ("token_too_large", issuer => issuer.Token(claims: claims => claims["x"] = new string('x', 9000))),
        ["not a token"] = ("token_malformed", _ => "opensesame"),
    };

    public static TheoryData<string> ForgeryNames => [.. Forgeries.Keys];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_token_that_its_issuer_signed_passes(string algorithm)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings());
        var token = _issuer.Token(algorithm);

        var answer = await sidecar.GetAsync("/", $"Authorization: Bearer {token}");

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldContain($"Authorization: Bearer {token}\r\n");
    }

    [Theory]
    [MemberData(nameof(ForgeryNames))]
    public async Task A_token_with_anything_wrong_is_refused(string name)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings());
        var (reason, make) = Forgeries[name];

        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {make(_issuer)}")).ShouldBe($"401 {reason}");

        app.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_says_what_to_do_by_RFC_6750_and_is_counted()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings());

        using var counted = new RecordedMetrics(sidecar);
        var missing = await sidecar.GetAsync();
        var invalid = await sidecar.GetAsync("/", "Authorization: Bearer x.y.z");

        missing.ShouldStartWith("HTTP/1.1 401");
        missing.ShouldContain("\r\nWWW-Authenticate: Bearer\r\n");
        missing.ShouldContain("\r\nContent-Type: application/problem+json\r\n");
        missing.ShouldContain("\r\nProxy-Status: sidecar; error=http_request_denied\r\n");
        invalid.ShouldContain("\r\nWWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token is not a signed JWT.\"\r\n");
        counted["sidecar.access.denied", "sidecar.access.reason=credentials_missing"].ShouldBe(1);
        counted["sidecar.access.denied", "sidecar.access.reason=token_malformed"].ShouldBe(1);
    }

    [Theory]
    [InlineData("Authorization: bearer {0}")]
    [InlineData("Authorization: BEARER   {0}")]
    public async Task The_scheme_is_read_in_any_case(string header)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings());

        (await sidecar.GetAsync("/", string.Format(System.Globalization.CultureInfo.InvariantCulture, header, _issuer.Token()))).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task Two_tokens_are_refused_because_the_application_might_read_the_other_one()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings(Places));
        var token = _issuer.Token();

        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {token}", "Authorization: Bearer x.y.z")).ShouldBe("401 token_ambiguous");
        (await sidecar.OutcomeAsync("/", $"Cookie: session={token}; session=x.y.z")).ShouldBe("401 token_ambiguous");
        (await sidecar.OutcomeAsync($"/?ticket={token}&%74icket=x.y.z")).ShouldBe("401 token_ambiguous");
        (await sidecar.OutcomeAsync($"/?ticket={token}&TICKET=x.y.z")).ShouldBe("401 token_ambiguous");
        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {token}", "Cookie: session=x.y.z")).ShouldBe("401 token_ambiguous");
        (await sidecar.OutcomeAsync("/?ticket=x.y.z", $"Authorization: Bearer {token}")).ShouldBe("401 token_ambiguous");
        (await sidecar.OutcomeAsync("/?ticket=x.y.z", $"Cookie: session={token}")).ShouldBe("401 token_ambiguous");
        app.Accepted.ShouldBe(0);
    }

    /// <summary>Ways to bring a token that some applications find and others do not.</summary>
    public static TheoryData<string, string> OddPlaces => new()
    {
        // Passport splits at \s.
        { "/", "Authorization: Bearer\tx.y.z" },
        { "/", "Authorization: Bearer\u00a0x.y.z" },
        // ASP.NET Core separates cookies at commas, too, Python's SimpleCookie at white space.
        { "/", "Cookie: a=b, session=x.y.z" },
        { "/", "Cookie: a=b session=x.y.z" },
        { "/", "Cookie: a=b; session = x.y.z" },
        // Rack up to 2 and Python up to 3.9 separate parameters at semicolons, too.
        { "/?a=b;ticket=x.y.z", "X: y" },
    };

    [Theory]
    [MemberData(nameof(OddPlaces))]
    public async Task A_token_counts_as_one_wherever_an_application_may_find_it(string target, string header)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings([.. Key, .. Places, "Sidecar:Security:Access:Allow:0:Keys=*", "Sidecar:Security:Access:Allow:1:Issuers=*"]));
        var good = header.StartsWith("Cookie", StringComparison.Ordinal) ? $"Authorization: Bearer {_issuer.Token()}" : $"Cookie: session={_issuer.Token()}";

        (await sidecar.OutcomeAsync(target, header, good)).ShouldBe("401 token_ambiguous");
        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(OddPlaces))]
    public async Task Tokens_that_are_to_stay_behind_do_so_where_none_is_asked_for(string target, string header)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, _issuer.Settings([.. Places, "Sidecar:Security:Jwt:Forward=false", "Sidecar:Security:Jwt:ClaimHeaders:X-User=sub", "Sidecar:Security:Access:Anonymous=true"]));

        foreach (var others in new[] { [], new[] { $"Cookie: session={_issuer.Token()}" }, ["Authorization: Bearer x.y.z", "Cookie: session=x.y.z"] })
        {
            var answer = await sidecar.GetAsync(target, [header, .. others]);

            answer.ShouldStartWith("HTTP/1.1 200");
            answer.ShouldNotContain("x.y.z");
            answer.ShouldNotContain("X-User");
        }
    }

    [Fact]
    public async Task No_other_credential_makes_up_for_two_tokens()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings([.. Key, "Sidecar:Security:Jwt:Cookie=session", "Sidecar:Security:Access:Allow:0:Keys=*", "Sidecar:Security:Access:Allow:1:Addresses=127.0.0.1"]));

        (await sidecar.OutcomeAsync("/", "X-Api-Key: the key", $"Authorization: Bearer {_issuer.Token()}", "Cookie: session=x.y.z")).ShouldBe("401 token_ambiguous");
        (await sidecar.OutcomeAsync("/", "X-Api-Key: the key", "X-Api-Key: the key", $"Authorization: Bearer {_issuer.Token()}")).ShouldBe("401 key_ambiguous");
        app.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task A_token_that_does_not_hold_stays_behind_where_another_credential_lets_the_request_in()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings([.. Key, "Sidecar:Security:Jwt:Query=ticket"]));

        (await sidecar.GetAsync("/", "X-Api-Key: the key", "Authorization: Bearer x.y.z")).ShouldNotContain("x.y.z");
        (await sidecar.GetAsync("/?ticket=x.y.z", "X-Api-Key: the key")).ShouldContain("GET / HTTP/1.1");
        (await sidecar.GetAsync("/", "X-Api-Key: the key", $"Authorization: Bearer {_issuer.Token()}")).ShouldContain("\r\nAuthorization: Bearer ");
    }

    [Fact]
    public async Task A_token_may_be_in_a_cookie_a_query_or_another_header_and_stay_behind()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, _issuer.Settings(["Sidecar:Security:Jwt:Header=X-Token", .. Places, "Sidecar:Security:Jwt:Forward=false"]));
        var token = _issuer.Token();

        foreach (var (target, header, left) in new[]
        {
            ("/a?x=1", $"X-Token: {token}", "GET /a?x=1 HTTP/1.1"),
            ("/a?x=1", $"X-Token: Bearer {token}", "GET /a?x=1 HTTP/1.1"),
            ("/a?x=1", $"Cookie: a=b; session={token}; c=d", "Cookie: a=b; c=d\r\n"),
            ($"/a?x=1&ticket={token}&y=2", "X: y", "GET /a?x=1&y=2 HTTP/1.1"),
            ($"/a?ticket={token}", "X: y", "GET /a HTTP/1.1"),
            ($"/a?x=1;y=2;ticket={token}&z", "X: y", "GET /a?x=1;y=2&z HTTP/1.1"),
            ("/a?x=1", $"Cookie: a=b,c; session={token}, c=d", "Cookie: a=b,c, c=d\r\n"),
        })
        {
            var answer = await sidecar.GetAsync(target, header);

            answer.ShouldStartWith("HTTP/1.1 200");
            answer.ShouldContain(left);
            answer.ShouldNotContain(token[..20]);
        }
    }

    [Fact]
    public async Task A_credential_of_another_kind_is_no_token()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings());

        (await sidecar.OutcomeAsync("/", "Authorization: Basic YTpi")).ShouldBe("401 credentials_missing");
    }

    [Fact]
    public async Task Only_the_algorithms_that_are_configured_are_accepted()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings($"{TestIssuer.Key}:Algorithms=ES256,PS256"));

        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {_issuer.Token("PS256")}")).ShouldBe("200");
        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {_issuer.Token("RS256")}")).ShouldBe("401 token_algorithm");
    }

    [Fact]
    public async Task Clocks_may_differ_by_the_skew_and_a_token_that_is_remembered_expires_all_the_same()
    {
        var time = new ManualTime();
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, time.Drive, _issuer.Settings($"{TestIssuer.Key}:ClockSkew=30s"));
        var now = time.GetUtcNow();
        var token = _issuer.Token(claims: claims => (claims["nbf"], claims["exp"]) = (now.AddSeconds(31).ToUnixTimeSeconds(), now.AddSeconds(60).ToUnixTimeSeconds()));

        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {token}")).ShouldBe("401 token_not_yet_valid");
        time.Advance(TimeSpan.FromSeconds(1));
        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {token}")).ShouldBe("200");
        time.Advance(TimeSpan.FromSeconds(88));
        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {token}")).ShouldBe("200");
        time.Advance(TimeSpan.FromSeconds(1));
        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {token}")).ShouldBe("401 token_expired");
    }

    [Fact]
    public async Task Each_issuer_signs_for_itself_only()
    {
        using var other = new TestIssuer();
        await using var app = EchoApp.Start();
        other.WriteFile(other.Jwks());
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _issuer.Settings(
            "Sidecar:Security:Jwt:Issuers:other:Issuer=https://other.example/", "Sidecar:Security:Jwt:Issuers:other:Audiences=*", $"Sidecar:Security:Jwt:Issuers:other:Jwks:File={other.File}"));
        static void FromOther(JsonObject claims) => claims["iss"] = "https://other.example/";

        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {other.Token(claims: FromOther)}")).ShouldBe("200");
        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {_issuer.Token(claims: FromOther)}")).ShouldBe("401 token_signature");
        (await sidecar.OutcomeAsync("/", $"Authorization: Bearer {other.Token()}")).ShouldBe("401 token_signature");
    }

    public void Dispose() => _issuer.Dispose();

    private static byte[] Stranger(byte[] data)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.SignData(data, HashAlgorithmName.SHA256);
    }

    private static string WithPublicKey(TestIssuer issuer, byte[] key) =>
        TestIssuer.Sign(TestIssuer.Header("HS256", "rsa").ToJsonString(), TestIssuer.Claims().ToJsonString(), data => HMACSHA256.HashData(key, data));

    private static string BringingItsKey(string member)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return TestIssuer.Sign(TestIssuer.Header("ES256", "p256", header => header[member] = TestIssuer.EcKey("p256", "P-256", key)).ToJsonString(), TestIssuer.Claims().ToJsonString(), data => key.SignData(data, HashAlgorithmName.SHA256));
    }

    private static string Exchange(string token, int part, string text)
    {
        var parts = token.Split('.');
        parts[part] = text;
        return string.Join('.', parts);
    }

    private static string[] Places => ["Sidecar:Security:Jwt:Cookie=session", "Sidecar:Security:Jwt:Query=ticket"];

    private static string[] Key =>
    [
        "Sidecar:Security:ApiKeys:Entries:0:Name=batch",
        $"Sidecar:Security:ApiKeys:Entries:0:Hash={Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("the key"u8))}",
    ];
}
