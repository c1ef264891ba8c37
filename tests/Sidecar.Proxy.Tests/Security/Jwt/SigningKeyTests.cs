using System.Security.Cryptography;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Jwt;

/// <summary>Which of the keys that an issuer publishes check a token.</summary>
public sealed class SigningKeyTests : IDisposable
{
    private readonly TestIssuer _issuer = new();

    [Theory]
    [InlineData("""{"kid":"p256","use":"enc"}""")]
    [InlineData("""{"kid":"p256","key_ops":["sign"]}""")]
    [InlineData("""{"kid":"p256","key_ops":"verify"}""")]
    [InlineData("""{"kid":"p256","alg":"ES384"}""")]
    [InlineData("""{"kid":"p256","alg":"HS256"}""")]
    [InlineData("""{"kid":"p256","crv":"P-384"}""")]
    [InlineData("""{"kid":"p256","kty":"oct","k":"AAAA"}""")]
    [InlineData("""{"kid":7}""")]
    public async Task A_key_for_something_else_checks_no_signature(string changes)
    {
        await using var app = ScriptedApp.Start();
        var key = TestIssuer.EcKey("p256", "P-256", _issuer.P256);
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(changes)!.AsObject())
            key[name] = value!.DeepClone();
        var settings = _issuer.Settings();
        _issuer.WriteFile($$"""{"keys":[{{TestIssuer.RsaKey("rsa", _issuer.Rsa).ToJsonString()}},{{key.ToJsonString()}}]}""");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, settings);

        (await OutcomeAsync(sidecar, _issuer.Token())).ShouldBe("401 token_key");
    }

    [Fact]
    public async Task An_RSA_key_that_is_too_small_is_not_used()
    {
        using var small = RSA.Create(1024);
        await using var app = ScriptedApp.Start();
        var settings = _issuer.Settings();
        _issuer.WriteFile(_issuer.Jwks(TestIssuer.RsaKey("small", small)));
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, settings);
        var token = TestIssuer.Sign(TestIssuer.Header("RS256", "small").ToJsonString(), TestIssuer.Claims().ToJsonString(), data => small.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        (await OutcomeAsync(sidecar, token)).ShouldBe("401 token_key");
    }

    [Fact]
    public async Task A_token_without_kid_is_tried_with_the_keys_that_fit()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var app = EchoApp.Start();
        var settings = _issuer.Settings();
        _issuer.WriteFile($$"""{"keys":[{{TestIssuer.EcKey("other", "P-256", other).ToJsonString()}},{{TestIssuer.EcKey(null, "P-256", _issuer.P256).ToJsonString()}}]}""");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, settings);

        (await OutcomeAsync(sidecar, Signed(null, _issuer.P256))).ShouldBe("200");
        (await OutcomeAsync(sidecar, Signed("anything", _issuer.P256))).ShouldBe("200");
    }

    public void Dispose() => _issuer.Dispose();

    private static Task<string> OutcomeAsync(RunningSidecar sidecar, string token) => sidecar.OutcomeAsync("/", $"Authorization: Bearer {token}");

    private static string Signed(string? id, ECDsa key) =>
        TestIssuer.Sign(TestIssuer.Header("ES256", id).ToJsonString(), TestIssuer.Claims().ToJsonString(), data => key.SignData(data, HashAlgorithmName.SHA256));
}
