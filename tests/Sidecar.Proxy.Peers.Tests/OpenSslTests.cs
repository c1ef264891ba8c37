using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Peers.Tests;

/// <summary>Certificates made by openssl, shown by openssl and curl.</summary>
public sealed class OpenSslTests : IDisposable
{
    private const string Shop = "spiffe://example.org/ns/web/sa/shop";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sidecar-");

    public OpenSslTests() => Tool.Require("openssl", "curl");

    [Theory]
    [InlineData("ec:P-256", "--http1.1")]
    [InlineData("ec:P-256", "--http2")]
    [InlineData("rsa:2048", "--http1.1")]
    public async Task Curl_with_a_certificate_is_who_it_says(string key, string version)
    {
        await IssueAsync(key);
        await using var app = HeadApp();
        await using var sidecar = await StartAsync(app.Url);

        var (exitCode, output) = await CurlAsync(version, "--cert", PathOf("client.crt"), "--key", PathOf("client.key"), $"https://localhost:{sidecar.Port}/");

        exitCode.ShouldBe(0, output);
        var (_, print) = await OpenSslAsync("x509", "-in", PathOf("client.crt"), "-noout", "-fingerprint", "-sha256");
        var (_, subject) = await OpenSslAsync("x509", "-in", PathOf("client.crt"), "-noout", "-subject", "-nameopt", "RFC2253");
        var hash = print.Trim().Split('=')[1].Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        // The same name, but for the quotes: those are hex pairs in the header.
        var name = subject.Trim()["subject=".Length..].Replace("\\\"", "\\22", StringComparison.Ordinal);
        var header = output.Split("\r\n").Single(line => line.StartsWith("X-Forwarded-Client-Cert: ", StringComparison.OrdinalIgnoreCase));
        header.ShouldEndWith($": Hash={hash};Subject=\"{name}\";URI={Shop};DNS=shop.example");
    }

    [Fact]
    public async Task Curl_without_a_certificate_is_refused()
    {
        await IssueAsync("ec:P-256");
        await using var app = HeadApp();
        await using var sidecar = await StartAsync(app.Url);

        var (exitCode, output) = await CurlAsync("--http1.1", $"https://localhost:{sidecar.Port}/");

        exitCode.ShouldNotBe(0, output);
        (await sidecar.Logs.NextAsync("Sidecar.Proxy.Observability.ConnectionFailures")).Message.ShouldEndWith("tls_client_certificate_refused, it showed no certificate");
        app.Accepted.ShouldBe(0);
    }

    [Theory]
    // .NET resumes none where the cipher suites are named, as they are for TLS 1.2.
    [InlineData("-tls1_2", "none", false)]
    [InlineData("-tls1_3", "none", true)]
    [InlineData("-tls1_2", "require", false)]
    [InlineData("-tls1_3", "require", false)]
    [InlineData("-tls1_3", "optional", false)]
    public async Task A_session_is_resumed_unless_certificates_are_asked_for(string version, string mode, bool isResumed)
    {
        await IssueAsync("ec:P-256");
        await using var app = HeadApp();
        await using var sidecar = await StartAsync(app.Url, mode);
        string[] client = ["-cert", PathOf("client.crt"), "-key", PathOf("client.key")];
        var session = PathOf("session");

        (await HandshakeAsync(sidecar, version, [.. client, "-sess_out", session])).ShouldContain("\nNew, TLSv1");
        // Of TLS 1.2 there may be no session at all.
        var again = await HandshakeAsync(sidecar, version, [.. client, .. File.Exists(session) ? new[] { "-sess_in", session } : []]);

        again.ShouldContain(isResumed ? "\nReused, TLSv1" : "\nNew, TLSv1");
        again.Contains("X-Forwarded-Client-Cert: ", StringComparison.Ordinal).ShouldBe(mode != "none");
    }

    [Theory]
    [InlineData("-tls1_1", "1.2", false)]
    [InlineData("-tls1_2", "1.2", true)]
    [InlineData("-tls1_2", "1.3", false)]
    [InlineData("-tls1_3", "1.3", true)]
    public async Task Speaks_no_version_below_the_lowest(string version, string minimum, bool isSpoken)
    {
        await IssueAsync("ec:P-256");
        await using var app = HeadApp();
        await using var sidecar = await StartAsync(app.Url, "none", $"Sidecar:Listener:Tls:MinimumVersion={minimum}");

        var output = await HandshakeAsync(sidecar, version, ["-cipher", "DEFAULT@SECLEVEL=0"]);

        output.Contains("\nNew, TLSv1", StringComparison.Ordinal).ShouldBe(isSpoken, output);
    }

    [Theory]
    [InlineData("ec:P-256", "rsa:1024", "", "1024")]
    [InlineData("ec:P-256", "rsa:1024", "MinimumRsaBits=1024", null)]
    public async Task A_client_with_a_weak_key_is_refused_unless_the_operator_says_otherwise(string key, string clientKey, string setting, string? bits)
    {
        await IssueAsync(key, clientKey);
        await using var app = HeadApp();
        await using var sidecar = await StartAsync(app.Url, settings: setting.Length == 0 ? [] : [$"Sidecar:Listener:Tls:ClientCertificates:{setting}"]);

        var output = await HandshakeAsync(sidecar, "-tls1_2", ["-cert", PathOf("client.crt"), "-key", PathOf("client.key"), "-cipher", "DEFAULT@SECLEVEL=0"]);

        output.Contains("X-Forwarded-Client-Cert: ", StringComparison.OrdinalIgnoreCase).ShouldBe(bits is null, output);
        if (bits is not null)
            (await sidecar.Logs.NextAsync("Sidecar.Proxy.Observability.ConnectionFailures")).Message.ShouldEndWith($"tls_client_certificate_refused, its key is too weak: {bits} bits");
    }

    [Theory]
    [InlineData("ECDHE-ECDSA-AES128-GCM-SHA256", true)]
    [InlineData("ECDHE-ECDSA-AES256-GCM-SHA384", true)]
    [InlineData("ECDHE-ECDSA-CHACHA20-POLY1305", true)]
    [InlineData("ECDHE-ECDSA-AES128-SHA256", false)]
    [InlineData("ECDHE-ECDSA-AES256-SHA384", false)]
    [InlineData("ECDHE-ECDSA-AES128-SHA", false)]
    public async Task Speaks_TLS_1_2_without_CBC(string suite, bool isSpoken)
    {
        await IssueAsync("ec:P-256");
        await using var app = HeadApp();
        await using var sidecar = await StartAsync(app.Url, "none");

        var output = await HandshakeAsync(sidecar, "-tls1_2", ["-cipher", $"{suite}:@SECLEVEL=0"]);

        output.Contains($"\nNew, TLSv1.2, Cipher is {suite}", StringComparison.Ordinal).ShouldBe(isSpoken, output);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static async Task<string> HandshakeAsync(RunningSidecar sidecar, string version, string[] options)
    {
        // A request, so that a session ticket of TLS 1.3 has come before the connection ends.
        var command = $"printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client -connect 127.0.0.1:{sidecar.Port} -servername localhost {version} -ign_eof {string.Join(' ', options)} 2>&1";
        return (await PeerProcess.RunAsync("sh", "-c", command)).Output;
    }

    private static ScriptedApp HeadApp() => ScriptedApp.Serving(async connection =>
    {
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {head.Length}\r\n\r\n{head}");
    });

    private static Task<(int ExitCode, string Output)> OpenSslAsync(params string[] arguments) => PeerProcess.RunAsync("openssl", arguments);

    private Task<(int ExitCode, string Output)> CurlAsync(params string[] arguments) =>
        PeerProcess.RunAsync("curl", ["--disable", "--noproxy", "*", "--silent", "--show-error", "--ipv4", "--cacert", PathOf("ca.crt"), .. arguments]);

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);

    /// <summary>An authority, a server's certificate and a client's.</summary>
    private async Task IssueAsync(string key, string? clientKey = null)
    {
        await RunAsync(["req", "-x509", "-days", "1", "-subj", "/CN=Test Authority", .. NewKey(key, "ca"), "-out", PathOf("ca.crt")]);
        await SignAsync(key, "server", "/CN=localhost", "DNS:localhost");
        await SignAsync(clientKey ?? key, "client", "/C=CH/O=Shop, \"Inc\"\\/Sons/CN=shop", $"URI:{Shop},DNS:shop.example");
    }

    private async Task SignAsync(string key, string name, string subject, string names)
    {
        await RunAsync(["req", "-subj", subject, "-addext", $"subjectAltName={names}", .. NewKey(key, name), "-out", PathOf(name + ".csr")]);
        await RunAsync("x509", "-req", "-days", "1", "-in", PathOf(name + ".csr"), "-CA", PathOf("ca.crt"), "-CAkey", PathOf("ca.key"), "-CAcreateserial", "-copy_extensions", "copy", "-out", PathOf(name + ".crt"));
    }

    private string[] NewKey(string key, string name) => key.StartsWith("ec:", StringComparison.Ordinal)
        ? ["-newkey", "ec", "-pkeyopt", $"ec_paramgen_curve:{key[3..]}", "-noenc", "-keyout", PathOf(name + ".key")]
        : ["-newkey", key, "-noenc", "-keyout", PathOf(name + ".key")];

    private static async Task RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await OpenSslAsync(arguments);
        exitCode.ShouldBe(0, output);
    }

    private Task<RunningSidecar> StartAsync(string target, string mode = "require", params string[] settings) => RunningSidecar.StartAsync(
        target,
        [
            $"Sidecar:Listener:Tls:CertificateFile={PathOf("server.crt")}",
            $"Sidecar:Listener:Tls:KeyFile={PathOf("server.key")}",
            $"Sidecar:Listener:Tls:ClientCertificates:Mode={mode}",
            .. mode == "none" ? [] : new[] { $"Sidecar:Listener:Tls:ClientCertificates:CaFile={PathOf("ca.crt")}" },
            .. settings,
        ]);
}
