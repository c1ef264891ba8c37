using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Configuration.Security;
using Sidecar.Proxy.Security.Jwt;
using Sidecar.Proxy.Tests.Security.Jwt;

namespace Sidecar.Proxy.Tests.Security;

/// <summary>Whatever is sent: nothing crashes, and nothing passes that the issuer has not signed.</summary>
public sealed class SecurityProperties : IDisposable
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(1500).WithQuietOnSuccess(true);

    private readonly TestIssuer _issuer = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static readonly Gen<string> Json = Gen.OneOf(
        Text("{}[]\",:0129.eE+-tfn\\u \u00e9\0", 0, 40),
        Gen.Elements("null", "true", "[]", "{}", "\"\"", "\"\\ud800\"", "1e999", "-1", "{\"a\":{\"a\":{}}}", "\"ES256\"", "\"none\"", "\"p256\"", "[\"orders\"]", "99999999999999999999"));

    private static readonly Gen<string> Member = Gen.Elements("alg", "kid", "typ", "crit", "jwk", "jku", "iss", "aud", "sub", "exp", "nbf", "kty", "crv", "x", "y", "n", "e", "use", "key_ops", "keys");

    [Fact]
    public async Task A_token_that_is_changed_anywhere_does_not_pass()
    {
        var validator = await ValidatorAsync();
        string[] tokens = [_issuer.Token(), _issuer.Token("RS256"), _issuer.Token("PS384"), _issuer.Token("ES512")];
        foreach (var token in tokens)
            (await validator.ValidateAsync(token, CancellationToken.None)).Token.ShouldNotBeNull();
        var changed =
            from token in Gen.Elements(tokens)
            from at in Gen.Choose(0, token.Length - 1)
            from count in Gen.Choose(0, 3)
            from text in Text("AZaz09-_.= \n{}\u00e9\u1234", 0, 4)
            select (token, now: token.Remove(at, Math.Min(count, token.Length - at)).Insert(at, text));

        Check.One(Runs, Prop.ForAll(Arb.From(changed), pair => pair.token == pair.now || IsRefused(validator, pair.now)));
    }

    [Fact]
    public async Task Signed_or_not_any_header_and_claims_are_a_verdict()
    {
        var validator = await ValidatorAsync();
        var any =
            from header in Document("""{"alg":"ES256","kid":"p256"}""")
            from claims in Document(TestIssuer.Claims().ToJsonString())
            from signature in Gen.Elements("", "AAAA", TestIssuer.Base64(new byte[64]), TestIssuer.Base64(new byte[256]))
            select (header, claims, signature);

        Check.One(Runs, Prop.ForAll(Arb.From(any), parts =>
        {
            var unsigned = $"{TestIssuer.Base64(parts.header)}.{TestIssuer.Base64(parts.claims)}.{parts.signature}";
            var signed = _issuer.Sign(parts.header, parts.claims, "ES256");
            // A verdict on what the issuer signed, whatever it is; and a refusal of what it did not sign.
            return Verdict(validator, signed) is var result && (result.Token is null) != (result.Failure is null) && IsRefused(validator, unsigned);
        }));
    }

    [Fact]
    public async Task A_signature_by_anybody_else_does_not_pass()
    {
        var validator = await ValidatorAsync();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var any =
            from algorithm in Gen.Elements("ES256", "RS256", "PS256", "HS256", "none", "ES384", "EdDSA")
            from id in Gen.Elements<string?>("p256", "rsa", "p384", "nobody", null)
            from extra in Member
            from value in Json
            select $$"""{"alg":"{{algorithm}}","kid":{{(id is null ? "null" : $"\"{id}\"")}},"{{extra}}":{{value}}}""";

        Check.One(Runs, Prop.ForAll(Arb.From(any), header =>
            IsRefused(validator, TestIssuer.Sign(header, TestIssuer.Claims().ToJsonString(), data => stranger.SignData(data, HashAlgorithmName.SHA256)))
            && IsRefused(validator, TestIssuer.Sign(header.Replace(",\"kid\":null", "", StringComparison.Ordinal), TestIssuer.Claims().ToJsonString(), data => stranger.SignData(data, HashAlgorithmName.SHA256)))));
    }

    [Fact]
    public void Any_document_is_a_key_set_or_an_error()
    {
        var good = _issuer.Jwks();
        var any = Gen.OneOf(
            Document("""{"keys":[{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}]}"""),
            Json,
            from at in Gen.Choose(0, good.Length - 1) from count in Gen.Choose(0, 5) from text in Text("{}[]\",:AZ09-_=\0\u00e9", 0, 4) select good.Remove(at, Math.Min(count, good.Length - at)).Insert(at, text));

        Check.One(Runs, Prop.ForAll(Arb.From(any), text =>
        {
            try
            {
                return SigningKeys.Parse(Encoding.UTF8.GetBytes(text)).Count > 0;
            }
            catch (FormatException)
            {
                return true;
            }
        }));
    }

    [Fact]
    public void Any_file_is_keys_or_an_error_and_no_key_passes_that_is_not_in_it()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData("the key"u8));
        var any = Gen.OneOf(
            Text("a:#\n\r 0f\0\u00e9", 0, 80),
            from at in Gen.Choose(5, hash.Length) from count in Gen.Choose(0, 2) from text in Text("0f:# \n\0g", 0, 2) select $"name:{hash}".Remove(at, count).Insert(at, text));

        Check.One(Runs, Prop.ForAll(Arb.From(any), text =>
        {
            try
            {
                var keys = ApiKeyFile.Parse(Encoding.UTF8.GetBytes(text));
                var isIn = text.Split('\n').Any(line => line.Trim() is [not '#', ..] entry && entry.EndsWith(hash, StringComparison.OrdinalIgnoreCase));
                return keys.ContainsKey(Digest.Of("the key"u8)) == isIn && !keys.ContainsKey(Digest.Of([])) && !keys.ContainsKey(Digest.Of(Encoding.ASCII.GetBytes(hash)));
            }
            catch (FormatException exception)
            {
                return exception.Message.StartsWith("line ", StringComparison.Ordinal) && !exception.Message.Contains(hash[..20], StringComparison.Ordinal);
            }
        }));
    }

    public void Dispose()
    {
        _issuer.Dispose();
        _services.Dispose();
    }

    private static bool IsRefused(JwtValidator validator, string token) => Verdict(validator, token) is { Token: null, Failure: not null };

    // The time stands still, so nothing is fetched again and every verdict is there at once.
    private static TokenResult Verdict(JwtValidator validator, string token) => validator.ValidateAsync(token, CancellationToken.None).AsTask().Result;

    private static Gen<string> Text(string alphabet, int min, int max) =>
        from length in Gen.Choose(min, max)
        from text in Gen.ArrayOf(Gen.Elements(alphabet.ToCharArray()), length)
        select new string(text);

    /// <summary>A document with one member more, or another value somewhere.</summary>
    private static Gen<string> Document(string json) => Gen.OneOf(
        from name in Member from value in Json select json.Insert(1, $"\"{name}\":{value}{(json == "{}" ? "" : ",")}"),
        from at in Gen.Choose(1, json.Length - 1) from text in Json select json.Insert(at, text),
        Json,
        Gen.Constant(json));

    private async Task<JwtValidator> ValidatorAsync()
    {
        _issuer.WriteFile(_issuer.Jwks());
        var time = new Wire.ManualTime();
        var sets = new KeySets(new SidecarSettings(new SidecarOptions()), new JwksMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()), time, NullLogger<KeySet>.Instance);
        var source = new JwksOptions { File = _issuer.File };
        await sets.Get(source).GetAsync(TestContext.Current.CancellationToken);
        return new(new() { Issuers = new Dictionary<string, JwtIssuerOptions> { ["main"] = new() { Issuer = TestIssuer.Name, Audiences = [TestIssuer.Audience], Jwks = source } } }, sets, time);
    }
}
