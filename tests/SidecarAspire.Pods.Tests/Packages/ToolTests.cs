using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Sidecar.Proxy.Tests.Wire;

namespace SidecarAspire.Pods.Tests.Packages;

/// <summary>The sidecar as a .NET tool, for applications that have neither Aspire nor containers.</summary>
public sealed class ToolTests
{
    [Fact]
    public async Task It_is_packed_installed_and_serves_an_app_that_it_starts_and_stops()
    {
        using var folder = new TemporaryFolder();
        await Dotnet.PackAsync("Sidecar.Proxy", folder.At("feed"));
        await Dotnet.RunAsync(Repository.Root, "tool", "install", "Sidecar.Proxy", "--tool-path", folder.At("tools"), "--source", folder.At("feed"));
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        var start = new ProcessStartInfo(folder.At("tools/sidecar-proxy"), ["--", "node", "app.js"]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true };
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["ADMIN_PORT"] = adminPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["SRV_NAME"] = "wrapped";
        start.Environment["Sidecar__Listener__Address"] = start.Environment["Sidecar__Admin__Address"] = "127.0.0.1";
        await File.WriteAllTextAsync(folder.At("app.js"), """
            const server = require('node:http').createServer((request, response) => response.end(`served ${request.url}`)).listen(process.env.PORT);
            process.on('SIGTERM', () => server.close(() => process.exit(0)));
            """, Patience.Token());

        using var tool = Process.Start(start)!;
        try
        {
            (await FirstResponse.OfAsync(tool, $"http://127.0.0.1:{port}/there")).ShouldBe("served /there");
            await CommandRun.OfAsync(folder.Path, "kill", "-s", "TERM", tool.Id.ToString(CultureInfo.InvariantCulture));
            await tool.WaitForExitAsync(Patience.Token());
            tool.ExitCode.ShouldBe(0);
            (await tool.StandardOutput.ReadToEndAsync(Patience.Token())).ShouldMatch(@"wrapped - http://\S+ - /there - \d{13}\n");
        }
        finally
        {
            if (!tool.HasExited)
                tool.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task Its_package_carries_YARP_which_no_package_reference_would_bring()
    {
        using var folder = new TemporaryFolder();
        await Dotnet.PackAsync("Sidecar.Proxy", folder.Path);

        using var package = ZipFile.OpenRead(Directory.GetFiles(folder.Path).ShouldHaveSingleItem());

        var files = package.Entries.Select(entry => entry.FullName).ToArray();
        files.ShouldContain("README.md");
        files.ShouldContain("tools/net10.0/any/Yarp.ReverseProxy.dll");
    }
}
