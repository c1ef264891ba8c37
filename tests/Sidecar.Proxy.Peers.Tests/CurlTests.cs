using System.Security.Cryptography;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Peers.Tests;

public sealed class CurlTests
{
    // curl's exit codes.
    private const int PartialFile = 18;
    private const int StreamReset = 92;

    public CurlTests() => Tool.Require("curl");

    [Theory]
    [InlineData("--http1.0", "1.1")]
    [InlineData("--http1.1", "1.1")]
    [InlineData("--http2-prior-knowledge", "2")]
    // It offers an upgrade, which a server may decline.
    [InlineData("--http2", "1.1")]
    public async Task Speaks_the_version_that_curl_asks_for(string option, string version)
    {
        var (app, url) = await PeerProcess.ServeAsync("http-server.js");
        using var _ = app;
        await using var sidecar = await RunningSidecar.StartAsync(url);

        var (exitCode, output) = await CurlAsync(option, "--write-out", "%{http_version} %{http_code}", "--header", "Host: shop.example", sidecar.Url + "/a%2Fb?c=%20");

        exitCode.ShouldBe(0, output);
        output.ShouldBe($"GET /a%2Fb?c=%20 1.1 shop.example\n{version} 200");
    }

    [Theory]
    [InlineData("--http1.1", "1.1")]
    [InlineData("--http2", "2")]
    public async Task Agrees_on_a_version_in_the_TLS_handshake(string option, string version)
    {
        var (app, url) = await PeerProcess.ServeAsync("http-server.js");
        using var _ = app;
        using var files = new CertificateFiles();
        files.Write("localhost").Dispose();
        await using var sidecar = await RunningSidecar.StartAsync(url, $"Sidecar:Listener:Tls:CertificateFile={files.Certificate}", $"Sidecar:Listener:Tls:KeyFile={files.Key}");

        var (exitCode, output) = await CurlAsync(option, "--ipv4", "--cacert", files.Certificate, "--output", "/dev/null", "--write-out", "%{http_version} %{http_code} %{ssl_verify_result}", $"https://localhost:{sidecar.Port}/");

        exitCode.ShouldBe(0, output);
        output.ShouldBe($"{version} 200 0");
    }

    [Theory]
    [InlineData("--http1.1", "Expect: 100-continue")]
    [InlineData("--http1.1", "Transfer-Encoding: chunked")]
    [InlineData("--http2-prior-knowledge", "X-Any: thing")]
    public async Task An_upload_arrives_whole_and_its_trailer_comes_back(string option, string header)
    {
        var (app, url) = await PeerProcess.ServeAsync("http-server.js");
        using var _ = app;
        await using var sidecar = await RunningSidecar.StartAsync(url);
        var bytes = RandomNumberGenerator.GetBytes(5_000_000);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, bytes, Patience.Token());

            var (exitCode, output) = await CurlAsync(option, "--dump-header", "-", "--header", header, "--upload-file", file, sidecar.Url + "/upload");

            exitCode.ShouldBe(0, output);
            output.ShouldContain($"x-sum: {Convert.ToHexStringLower(SHA256.HashData(bytes))}", Case.Insensitive);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2-prior-knowledge")]
    public async Task A_download_arrives_whole(string option)
    {
        var (app, url) = await PeerProcess.ServeAsync("http-server.js");
        using var _ = app;
        await using var sidecar = await RunningSidecar.StartAsync(url);

        var (exitCode, output) = await CurlAsync(option, "--output", "/dev/null", "--write-out", "%{size_download}", sidecar.Url + "/large");

        exitCode.ShouldBe(0, output);
        output.ShouldBe("4194304");
    }

    [Theory]
    [InlineData("--http1.1", PartialFile)]
    [InlineData("--http2-prior-knowledge", StreamReset)]
    public async Task An_answer_that_breaks_off_does_not_look_whole(string option, int expected)
    {
        var (app, url) = await PeerProcess.ServeAsync("http-server.js");
        using var _ = app;
        await using var sidecar = await RunningSidecar.StartAsync(url);

        var (exitCode, output) = await CurlAsync(option, sidecar.Url + "/broken");

        exitCode.ShouldBe(expected, output);
    }

    private static Task<(int ExitCode, string Output)> CurlAsync(params string[] arguments) => PeerProcess.RunAsync("curl", ["--disable", "--noproxy", "*", "--silent", "--show-error", .. arguments]);
}
