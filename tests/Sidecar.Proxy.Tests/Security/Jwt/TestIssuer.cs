using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Sidecar.Proxy.Tests.Security.Jwt;

/// <summary>Issues tokens, honest and forged, with keys of its own.</summary>
internal sealed class TestIssuer : IDisposable
{
    public const string Name = "https://issuer.example/";
    public const string Audience = "orders";

    // Making an RSA key takes longer than the tests with it.
    private static readonly RSA SharedRsa = RSA.Create(2048);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sidecar-");

    public RSA Rsa { get; } = SharedRsa;

    public ECDsa P256 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa P384 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    public ECDsa P521 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    public string File => Path.Combine(_directory.FullName, "jwks.json");

    /// <summary>Settings with this issuer's keys in a file.</summary>
    public string[] Settings(params string[] more)
    {
        WriteFile(Jwks());
        return [$"{Key}:Issuer={Name}", $"{Key}:Audiences={Audience}", $"{Key}:Jwks:File={File}", .. more];
    }

    public const string Key = "Sidecar:Security:Jwt:Issuers:main";

    public void WriteFile(string text) => System.IO.File.WriteAllText(File, text);

    public static string Base64(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static string Base64(string text) => Base64(Encoding.UTF8.GetBytes(text));

    public string Jwks(params JsonObject[] more) =>
        new JsonObject { ["keys"] = new JsonArray([RsaKey("rsa", Rsa), EcKey("p256", "P-256", P256), EcKey("p384", "P-384", P384), EcKey("p521", "P-521", P521), .. more]) }.ToJsonString();

    public static JsonObject RsaKey(string? id, RSA key)
    {
        var parameters = key.ExportParameters(false);
        return Named(id, new() { ["kty"] = "RSA", ["n"] = Base64(parameters.Modulus), ["e"] = Base64(parameters.Exponent) });
    }

    public static JsonObject EcKey(string? id, string curve, ECDsa key)
    {
        var parameters = key.ExportParameters(false);
        return Named(id, new() { ["kty"] = "EC", ["crv"] = curve, ["x"] = Base64(parameters.Q.X), ["y"] = Base64(parameters.Q.Y) });
    }

    public static JsonObject Claims(Action<JsonObject>? change = null, DateTimeOffset? now = null)
    {
        var claims = new JsonObject { ["iss"] = Name, ["aud"] = Audience, ["sub"] = "alice", ["exp"] = (now ?? DateTimeOffset.UtcNow).AddHours(1).ToUnixTimeSeconds() };
        change?.Invoke(claims);
        return claims;
    }

    public static JsonObject Header(string algorithm, string? id, Action<JsonObject>? change = null)
    {
        var header = Named(id, new() { ["alg"] = algorithm, ["typ"] = "JWT" });
        change?.Invoke(header);
        return header;
    }

    /// <summary>An honest token.</summary>
    public string Token(string algorithm = "ES256", Action<JsonObject>? claims = null, Action<JsonObject>? header = null, DateTimeOffset? now = null) =>
        Sign(Header(algorithm, KeyOf(algorithm), header).ToJsonString(), Claims(claims, now).ToJsonString(), algorithm);

    /// <summary>Signs any two texts with the key that the algorithm is for.</summary>
    public string Sign(string header, string payload, string algorithm) => Sign(header, payload, data => Signature(algorithm, data));

    public static string Sign(string header, string payload, Func<byte[], byte[]> sign)
    {
        var signed = $"{Base64(header)}.{Base64(payload)}";
        return $"{signed}.{Base64(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string KeyOf(string algorithm) => algorithm switch
    {
        "ES256" => "p256",
        "ES384" => "p384",
        "ES512" => "p521",
        _ => "rsa",
    };

    public byte[] Signature(string algorithm, byte[] data)
    {
        var hash = new HashAlgorithmName("SHA" + algorithm[2..]);
        return algorithm[..2] switch
        {
            "RS" => Rsa.SignData(data, hash, RSASignaturePadding.Pkcs1),
            "PS" => Rsa.SignData(data, hash, RSASignaturePadding.Pss),
            _ => (algorithm switch { "ES256" => P256, "ES384" => P384, _ => P521 }).SignData(data, hash),
        };
    }

    public static JsonArray Array(params string[] values) => new([.. values.Select(value => (JsonNode)value)]);

    public void Dispose()
    {
        P256.Dispose();
        P384.Dispose();
        P521.Dispose();
        _directory.Delete(recursive: true);
    }

    private static JsonObject Named(string? id, JsonObject value)
    {
        if (id is not null)
            value["kid"] = id;
        return value;
    }
}
