using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Security.Jwt;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Jwt;

public sealed class JwksTests : IDisposable
{
    private static readonly string Category = typeof(KeySet).FullName!;

    private readonly TestIssuer _issuer = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task An_unknown_key_causes_one_fetch_and_many_cause_no_more()
    {
        await using var app = EchoApp.Start();
        await using var source = new KeyServer(_issuer.Jwks());
        await using var sidecar = await StartAsync(app, source);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe("200");
        source.Fetches.ShouldBe(1);

        // The issuer rotates; the tokens with the new key come at once.
        source.Document = _issuer.Jwks(TestIssuer.EcKey("next", "P-256", next));
        _time.Advance(TimeSpan.FromSeconds(10));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => sidecar.GetAsync("/", $"Authorization: Bearer {Signed("next", next)}")));

        answers.ShouldAllBe(answer => answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal));
        source.Fetches.ShouldBe(2);

        // Keys that do not exist.
        sidecar.Logs.Drain();
        for (var i = 0; i < 5; i++)
            (await OutcomeAsync(sidecar, Signed($"none-{i}", next))).ShouldBe("401 token_key");
        source.Fetches.ShouldBe(2);
        _time.Advance(TimeSpan.FromSeconds(10));
        (await OutcomeAsync(sidecar, Signed("none", next))).ShouldBe("401 token_key");
        source.Fetches.ShouldBe(3);
    }

    [Fact]
    public async Task A_key_that_is_withdrawn_signs_no_more_after_the_next_fetch()
    {
        await using var app = EchoApp.Start();
        await using var source = new KeyServer(_issuer.Jwks());
        await using var sidecar = await StartAsync(app, source);
        var token = _issuer.Token(now: _time.GetUtcNow());
        (await OutcomeAsync(sidecar, token)).ShouldBe("200");

        source.Document = $$"""{"keys":[{{TestIssuer.RsaKey("rsa", _issuer.Rsa).ToJsonString()}}]}""";
        await _time.SomebodyWaitsAsync(TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(5));

        (await sidecar.Logs.NextAsync(Category)).Message.ShouldBe($"Signing keys from {source.Url} changed: 1");
        // Also where the token had been remembered.
        (await OutcomeAsync(sidecar, token)).ShouldBe("401 token_key");
    }

    [Theory]
    [InlineData(500, "the response is 500, not 200")]
    [InlineData(302, "the response is 302, not 200")]
    public async Task The_last_known_keys_stay_when_the_source_fails(int status, string reason)
    {
        await using var app = EchoApp.Start();
        await using var source = new KeyServer(_issuer.Jwks());
        await using var sidecar = await StartAsync(app, source);
        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe("200");

        source.Status = status;
        await _time.SomebodyWaitsAsync(TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(5));

        (await sidecar.Logs.NextAsync(Category)).Message.ShouldBe($"Cannot load signing keys from {source.Url}, keeping the previous ones: {reason}");
        (await OutcomeAsync(sidecar, _issuer.Token("RS256", now: _time.GetUtcNow()))).ShouldBe("200");

        // It tries again soon, and says nothing twice.
        source.Status = 200;
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(1));
        var before = source.Fetches;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.SomebodyWaitsAsync(TimeSpan.FromMinutes(5));
        source.Fetches.ShouldBe(before + 1);
    }

    [Theory]
    [InlineData("{}", "it is not a JSON object with an array of keys, or has a member twice")]
    [InlineData("<html>", "it is not a JSON object with an array of keys, or has a member twice")]
    [InlineData("""{"keys":[],"keys":[]}""", "it is not a JSON object with an array of keys, or has a member twice")]
    [InlineData("""{"keys":[]}""", "it has no RSA or EC key for signatures that can be used")]
    public async Task A_document_without_keys_does_not_replace_one_with_keys(string document, string reason)
    {
        await using var app = EchoApp.Start();
        await using var source = new KeyServer(_issuer.Jwks());
        await using var sidecar = await StartAsync(app, source);
        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe("200");

        source.Document = document;
        await _time.SomebodyWaitsAsync(TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(5));

        (await sidecar.Logs.NextAsync(Category)).Message.ShouldEndWith(reason);
        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe("200");
    }

    [Fact]
    public async Task A_document_that_is_too_large_is_not_read()
    {
        await using var app = EchoApp.Start();
        await using var source = new KeyServer(_issuer.Jwks() + new string(' ', 2000));
        await using var sidecar = await StartAsync(app, source, $"{TestIssuer.Key}:Jwks:MaxBytes=1500");

        (await sidecar.Logs.NextAsync(Category)).Message.ShouldContain("there are none yet");
    }

    [Fact]
    public async Task Without_any_keys_nobody_passes_and_the_client_may_try_again()
    {
        await using var app = EchoApp.Start();
        await using var source = new KeyServer("") { Status = 503 };
        await using var sidecar = await StartAsync(app, source);

        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe("503 keys_unavailable");

        source.Status = 200;
        source.Document = _issuer.Jwks();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.SomebodyWaitsAsync(TimeSpan.FromMinutes(5));
        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe("200");
    }

    [Fact]
    public async Task A_file_of_keys_is_read_again_when_it_changes_and_half_a_file_is_not()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive, _issuer.Settings());
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe("200");

        _issuer.WriteFile(_issuer.Jwks()[..50]);
        await LookAsync();
        (await sidecar.Logs.NextAsync(Category)).Message.ShouldStartWith($"Cannot load signing keys from {_issuer.File}, keeping the previous ones: ");
        (await OutcomeAsync(sidecar, _issuer.Token("ES384", now: _time.GetUtcNow()))).ShouldBe("200");

        _issuer.WriteFile(_issuer.Jwks(TestIssuer.EcKey("next", "P-256", next)));
        await LookAsync();
        (await sidecar.Logs.NextAsync(Category)).Message.ShouldBe($"Signing keys from {_issuer.File} changed: 5");
        (await OutcomeAsync(sidecar, Signed("next", next))).ShouldBe("200");
    }

    [Fact]
    public async Task A_key_source_that_a_reload_leaves_as_it_is_is_not_fetched_again()
    {
        await using var app = EchoApp.Start();
        await using var source = new KeyServer(_issuer.Jwks());
        await using var sidecar = await StartAsync(app, source);
        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe("200");
        var settings = sidecar.Services.GetRequiredService<SidecarSettings>();

        settings.Replace(settings.Current with { Headers = new() { Via = true } });
        settings.Replace(settings.Current with { Security = settings.Current.Security with { Jwt = settings.Current.Security.Jwt! with { MaxTokenBytes = 4000 } } });

        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe("200");
        source.Fetches.ShouldBe(1);
    }

    [Theory]
    [InlineData(true, "200")]
    [InlineData(false, "503 keys_unavailable")]
    public async Task An_https_source_is_checked_against_the_authorities(bool trusted, string outcome)
    {
        using var files = new CertificateFiles();
        using var certificate = files.Write("localhost");
        await using var app = EchoApp.Start();
        await using var source = await KestrelApp.StartHttpsAsync(certificate, context => context.Response.WriteAsync(_issuer.Jwks()));
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive, [
            $"{TestIssuer.Key}:Issuer={TestIssuer.Name}", $"{TestIssuer.Key}:Audiences=*", $"{TestIssuer.Key}:Jwks:Url=https://localhost:{source.Port}/jwks",
            .. trusted ? new[] { $"{TestIssuer.Key}:Jwks:CaFile={files.Certificate}" } : []]);

        (await OutcomeAsync(sidecar, _issuer.Token(now: _time.GetUtcNow()))).ShouldBe(outcome);
    }

    public void Dispose() => _issuer.Dispose();

    private static Task<string> OutcomeAsync(RunningSidecar sidecar, string token) => sidecar.OutcomeAsync("/", $"Authorization: Bearer {token}");

    private string Signed(string? id, ECDsa key) =>
        TestIssuer.Sign(TestIssuer.Header("ES256", id).ToJsonString(), TestIssuer.Claims(now: _time.GetUtcNow()).ToJsonString(), data => key.SignData(data, HashAlgorithmName.SHA256));

    private Task<RunningSidecar> StartAsync(ScriptedApp app, KeyServer source, params string[] more) => RunningSidecar.StartAsync(
        app.Url, _time.Drive, [$"{TestIssuer.Key}:Issuer={TestIssuer.Name}", $"{TestIssuer.Key}:Audiences={TestIssuer.Audience}", $"{TestIssuer.Key}:Jwks:Url={source.Url}?secret=in-the-query", .. more]);

    private async Task LookAsync()
    {
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
    }
}
