using System.Formats.Asn1;
using System.Security.Cryptography;
using Sidecar.Proxy.Tests.Security.Jwt;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Peers.Tests;

/// <summary>Tokens that openssl has signed, with keys that openssl has made.</summary>
public sealed class OpensslTokenTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sidecar-");

    public OpensslTokenTests() => Tool.Require("openssl");

    [Theory]
    [InlineData("RS256", "sha256", "rsa_keygen_bits:2048")]
    [InlineData("RS512", "sha512", "rsa_keygen_bits:3072")]
    [InlineData("PS256", "sha256", "rsa_keygen_bits:2048")]
    [InlineData("PS384", "sha384", "rsa_keygen_bits:2048")]
    [InlineData("ES256", "sha256", "ec_paramgen_curve:P-256")]
    [InlineData("ES384", "sha384", "ec_paramgen_curve:P-384")]
    [InlineData("ES512", "sha512", "ec_paramgen_curve:P-521")]
    public async Task A_token_signed_by_openssl_passes_and_one_bit_off_does_not(string algorithm, string digest, string option)
    {
        var isEc = algorithm[0] == 'E';
        await OpensslAsync("genpkey", "-algorithm", isEc ? "EC" : "RSA", "-pkeyopt", option, "-out", At("key.pem"));
        await OpensslAsync("pkey", "-in", At("key.pem"), "-pubout", "-out", At("public.pem"));
        await File.WriteAllTextAsync(At("jwks.json"), Jwks(isEc, await File.ReadAllTextAsync(At("public.pem"), Patience.Token())), Patience.Token());
        var signed = $"{TestIssuer.Base64(TestIssuer.Header(algorithm, "openssl").ToJsonString())}.{TestIssuer.Base64(TestIssuer.Claims().ToJsonString())}";
        await File.WriteAllTextAsync(At("signed"), signed, Patience.Token());
        await OpensslAsync(["dgst", $"-{digest}", "-sign", At("key.pem"), .. algorithm[0] == 'P' ? new[] { "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest" } : [], "-out", At("signature"), At("signed")]);
        var signature = await File.ReadAllBytesAsync(At("signature"), Patience.Token());
        if (isEc)
            signature = Fixed(signature, algorithm switch { "ES256" => 32, "ES384" => 48, _ => 66 });
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, $"{TestIssuer.Key}:Issuer={TestIssuer.Name}", $"{TestIssuer.Key}:Audiences={TestIssuer.Audience}", $"{TestIssuer.Key}:Jwks:File={At("jwks.json")}");

        var whole = await sidecar.GetAsync("/", $"Authorization: Bearer {signed}.{TestIssuer.Base64(signature)}");
        signature[^5] ^= 1;
        var broken = await sidecar.GetAsync("/", $"Authorization: Bearer {signed}.{TestIssuer.Base64(signature)}");

        whole.ShouldStartWith("HTTP/1.1 200");
        broken.ShouldStartWith("HTTP/1.1 401");
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private string At(string name) => Path.Combine(_directory.FullName, name);

    private static async Task OpensslAsync(params string[] arguments)
    {
        var (exitCode, output) = await PeerProcess.RunAsync("openssl", arguments);
        exitCode.ShouldBe(0, output);
    }

    private static string Jwks(bool isEc, string pem)
    {
        using AsymmetricAlgorithm key = isEc ? ECDsa.Create() : RSA.Create();
        key.ImportFromPem(pem);
        var jwk = key is ECDsa ec ? TestIssuer.EcKey("openssl", $"P-{ec.KeySize}", ec) : TestIssuer.RsaKey("openssl", (RSA)key);
        return $$"""{"keys":[{{jwk.ToJsonString()}}]}""";
    }

    /// <summary>openssl writes a sequence of two numbers, JOSE both with a fixed length.</summary>
    private static byte[] Fixed(byte[] signature, int length)
    {
        var numbers = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        var result = new byte[2 * length];
        for (var i = 0; i < 2; i++)
        {
            var bytes = numbers.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true);
            bytes.CopyTo(result, ((i + 1) * length) - bytes.Length);
        }

        return result;
    }
}
