using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Transport;

public sealed class ServerCertificatesTests : IDisposable
{
    private const string Watch = "Sidecar.Proxy.Tls.CredentialWatch";

    // Nobody looks but the test.
    private const string Never = "Sidecar:ReloadInterval=1h";

    private readonly TestAuthority _authority = new();
    private readonly MountedVolume _mount = new();
    private readonly Dictionary<string, (string Name, string Content)[]> _versions = [];

    [Theory]
    [InlineData("one.example", "CN=one")]
    [InlineData("ONE.example", "CN=one")]
    [InlineData("two.example", "CN=two")]
    [InlineData("any.two.example", "CN=two")]
    [InlineData("exact.two.example", "CN=three")]
    [InlineData("b\u00fccher.example", "CN=three")]
    [InlineData("a.any.two.example", "CN=one")]
    [InlineData("other.example", "CN=one")]
    [InlineData("", "CN=one")]
    public async Task Each_name_gets_its_certificate_and_everybody_else_the_first(string name, string subject)
    {
        var (one, two, three) = (_authority.WriteServer("one", "one.example"), _authority.WriteServer("two", "two.example", "*.two.example"), _authority.WriteServer("three", "exact.two.example", "xn--bcher-kva.example"));
        await using var sidecar = await StartAsync(
            $"Sidecar:Listener:Tls:CertificateFile={one.Certificate}",
            $"Sidecar:Listener:Tls:KeyFile={one.Key}",
            $"Sidecar:Listener:Tls:Certificates:0:CertificateFile={two.Certificate}",
            $"Sidecar:Listener:Tls:Certificates:0:KeyFile={two.Key}",
            $"Sidecar:Listener:Tls:Certificates:1:CertificateFile={three.Certificate}",
            $"Sidecar:Listener:Tls:Certificates:1:KeyFile={three.Key}");

        await using var client = await TlsConnection.OpenAsync(sidecar.Port, name);

        client.Server.ShouldBe(subject);
    }

    [Fact]
    public async Task Certificates_come_and_go_in_a_folder()
    {
        _authority.WriteServer("certs/a", "a.example");
        await using var sidecar = await StartAsync($"Sidecar:Listener:Tls:CertificateFolder={_authority.PathOf("certs")}", Never);
        (await SubjectAsync(sidecar, "b.example")).ShouldBe("CN=certs/a");

        // As a Secret is mounted.
        _authority.WriteServer("certs/b/tls", "b.example");
        sidecar.LookAtCredentials();
        (await SubjectAsync(sidecar, "b.example")).ShouldBe("CN=certs/b/tls");
        (await SubjectAsync(sidecar, "a.example")).ShouldBe("CN=certs/a");

        Directory.Delete(_authority.PathOf("certs/b"), recursive: true);
        sidecar.LookAtCredentials();
        (await SubjectAsync(sidecar, "b.example")).ShouldBe("CN=certs/a");

        File.Delete(_authority.PathOf("certs/a.crt"));
        sidecar.LookAtCredentials();
        (await SubjectAsync(sidecar, "a.example")).ShouldBe("CN=certs/a");
        (await sidecar.Logs.NextAsync(Watch)).Message.ShouldStartWith($"{_authority.PathOf("certs/b/tls.crt")} renewed: certificate of CN=certs/b/tls, valid until 2");
        (await sidecar.Logs.NextAsync(Watch)).Message.ShouldBe($"Cannot load {_authority.PathOf("certs")}, keeping the previous one: there is no certificate with a key in it");
    }

    [Fact]
    public async Task What_is_broken_in_a_folder_is_told_once_and_taken_when_it_is_whole()
    {
        _authority.WriteServer("certs/a", "a.example");
        await using var sidecar = await StartAsync($"Sidecar:Listener:Tls:CertificateFolder={_authority.PathOf("certs")}", Never);

        await File.WriteAllTextAsync(_authority.PathOf("certs/b.crt"), "half of it", Patience.Token());
        await File.WriteAllTextAsync(_authority.PathOf("certs/b.key"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0", Patience.Token());
        sidecar.LookAtCredentials();
        sidecar.LookAtCredentials();
        _authority.WriteServer("certs/b", "b.example");
        sidecar.LookAtCredentials();

        (await SubjectAsync(sidecar, "b.example")).ShouldBe("CN=certs/b");
        var records = sidecar.Logs.Drain().Where(record => record.Category == Watch).ToArray();
        records.Length.ShouldBe(2);
        records[0].Message.ShouldStartWith($"Cannot load {_authority.PathOf("certs/b.crt")}, keeping the previous one: ");
        records[0].Message.ShouldNotContain("c2VjcmV0");
        records[1].Message.ShouldContain("renewed");
    }

    [Fact]
    public async Task A_swapped_Secret_is_for_new_handshakes_and_connections_stay()
    {
        Swap("v1");
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, [.. Mounted(), "Sidecar:ReloadInterval=10ms"]);
        await using var old = await TlsConnection.OpenAsync(sidecar.Port);

        Swap("v2");
        await sidecar.Logs.NextAsync(Watch);

        (await SubjectAsync(sidecar, "localhost")).ShouldBe("CN=v2");
        (await old.GetAsync()).ShouldEndWith("ok");
        old.Server.ShouldBe("CN=v1");
    }

    [Fact]
    public async Task A_certificate_without_its_key_is_not_taken_until_the_key_is_there()
    {
        var (certificate, key) = _authority.WriteServer("tls");
        await using var sidecar = await StartAsync($"Sidecar:Listener:Tls:CertificateFile={certificate}", $"Sidecar:Listener:Tls:KeyFile={key}", Never);
        var (newCertificate, newKey) = _authority.WriteServer("new");

        File.Copy(newCertificate, certificate, overwrite: true);
        sidecar.LookAtCredentials();
        sidecar.LookAtCredentials();
        (await SubjectAsync(sidecar, "localhost")).ShouldBe("CN=tls");
        File.Copy(newKey, key, overwrite: true);
        sidecar.LookAtCredentials();

        (await SubjectAsync(sidecar, "localhost")).ShouldBe("CN=new");
        sidecar.Logs.Drain().Count(record => record.Category == Watch && record.Message.StartsWith($"Cannot load {certificate}", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_thousand_rotations_fail_no_handshake()
    {
        const int Rotations = 1000;
        Swap("v1");
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, [.. Mounted(), Never]);
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 2).Select(_ => HandshakeUntilAsync(sidecar, over.Token)).ToArray();

        for (var i = 0; i < Rotations; i++)
        {
            Swap(i % 2 == 0 ? "v2" : "v1");
            sidecar.LookAtCredentials();
            await Task.Yield();
        }

        await over.CancelAsync();
        var seen = (await Task.WhenAll(clients)).SelectMany(subjects => subjects).ToArray();
        seen.ShouldContain("CN=v1");
        seen.ShouldContain("CN=v2");
        var logs = sidecar.Logs.Drain();
        logs.Count(record => record.Category == Watch && record.Message.Contains("renewed", StringComparison.Ordinal)).ShouldBe(Rotations);
        logs.ShouldNotContain(record => record.Message.Contains("failed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1.3", SslProtocols.Tls13, true)]
    [InlineData("1.3", SslProtocols.Tls12, false)]
    [InlineData("1.2", SslProtocols.Tls12, true)]
    public async Task The_lowest_version_is_an_option(string minimum, SslProtocols version, bool isSpoken)
    {
        await using var sidecar = await StartAsync([.. _authority.ListenerSettings(), $"Sidecar:Listener:Tls:MinimumVersion={minimum}"]);

        var connecting = TlsConnection.OpenAsync(sidecar.Port, versions: version);

        if (!isSpoken)
        {
            await Should.ThrowAsync<AuthenticationException>(connecting);
            return;
        }

        await using var client = await connecting;
        client.Version.ShouldBe(version);
    }

    [Fact]
    public async Task No_key_is_shown()
    {
        var (certificate, key) = _authority.WriteServer("tls");
        await using var sidecar = await StartAsync($"Sidecar:Listener:Tls:CertificateFile={certificate}", $"Sidecar:Listener:Tls:KeyFile={key}", Never);
        var secret = (await File.ReadAllLinesAsync(key, Patience.Token()))[1];

        // The key where the certificate should be.
        File.Copy(key, certificate, overwrite: true);
        sidecar.LookAtCredentials();

        (await sidecar.AdminAsync("/config")).Body.ShouldNotContain(secret);
        (await sidecar.AdminAsync("/metrics")).Body.ShouldNotContain(secret);
        var logs = sidecar.Logs.Drain();
        logs.ShouldContain(record => record.Category == Watch);
        logs.ShouldNotContain(record => record.Message.Contains(secret, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _mount.Dispose();
    }

    private static Task<RunningSidecar> StartAsync(params string[] settings) => RunningSidecar.StartAsync("http://127.0.0.1:1", settings);

    private static async Task<string> SubjectAsync(RunningSidecar sidecar, string name)
    {
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, name);
        return client.Server;
    }

    private static async Task<List<string>> HandshakeUntilAsync(RunningSidecar sidecar, CancellationToken over)
    {
        var seen = new List<string>();
        while (!over.IsCancellationRequested)
        {
            await using var client = await TlsConnection.OpenAsync(sidecar.Port);
            (await client.GetAsync()).ShouldEndWith("ok");
            seen.Add(client.Server);
        }

        return seen;
    }

    private string[] Mounted() => [$"Sidecar:Listener:Tls:CertificateFile={_mount.PathOf("tls.crt")}", $"Sidecar:Listener:Tls:KeyFile={_mount.PathOf("tls.key")}"];

    private void Swap(string version)
    {
        if (!_versions.TryGetValue(version, out var files))
        {
            using var certificate = _authority.Issue($"CN={version}", ["localhost"]);
            using var key = certificate.GetECDsaPrivateKey();
            _versions[version] = files = [("tls.crt", certificate.ExportCertificatePem()), ("tls.key", key!.ExportPkcs8PrivateKeyPem())];
        }

        _mount.Swap(files);
    }
}
