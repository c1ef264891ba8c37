using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Peers.Tests;

public sealed class H2loadTests
{
    private const int Requests = 2000;

    public H2loadTests() => Tool.Require("h2load");

    [Theory]
    [InlineData("--no-tls-proto=h2c")]
    [InlineData("--no-tls-proto=http/1.1")]
    public async Task Loses_no_request_in_cleartext(string option)
    {
        var (app, url) = await PeerProcess.ServeAsync("http-server.js");
        using var _ = app;
        await using var sidecar = await RunningSidecar.StartAsync(url);

        await AllSucceedAsync(option, sidecar.Url);
    }

    [Theory]
    [InlineData("--npn-list=h2")]
    [InlineData("--npn-list=http/1.1")]
    public async Task Loses_no_request_over_TLS(string option)
    {
        var (app, url) = await PeerProcess.ServeAsync("http-server.js");
        using var _ = app;
        using var files = new CertificateFiles();
        files.Write("localhost").Dispose();
        await using var sidecar = await RunningSidecar.StartAsync(url, $"Sidecar:Listener:Tls:CertificateFile={files.Certificate}", $"Sidecar:Listener:Tls:KeyFile={files.Key}");

        await AllSucceedAsync(option, $"https://127.0.0.1:{sidecar.Port}");
    }

    private static async Task AllSucceedAsync(string option, string url)
    {
        var (exitCode, output) = await PeerProcess.RunAsync("h2load", $"--requests={Requests}", "--clients=10", "--max-concurrent-streams=10", option, url);

        exitCode.ShouldBe(0, output);
        output.ShouldContain($"{Requests} succeeded, 0 failed, 0 errored, 0 timeout");
        output.ShouldContain($"status codes: {Requests} 2xx");
    }
}
