using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Xml.Linq;
using Sidecar.Proxy.Tests.Wire;

namespace SidecarAspire.Pods.Tests.Packages;

/// <summary>The package for other people's app hosts.</summary>
public sealed class HostingPackageTests
{
    private const string Package = "SidecarAspire.Hosting";

    [Fact]
    public async Task An_app_host_that_has_nothing_but_the_package_serves_its_app_through_the_sidecar()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort.Next();
        await AddAppHostAsync(folder, port);
        await Dotnet.RunAsync(folder.Path, "build", "--configuration", Dotnet.Configuration, "--output", folder.At("built"));

        using var host = Process.Start(new ProcessStartInfo("dotnet", [folder.At("built/Shop.dll")]) { WorkingDirectory = folder.Path })!;
        try
        {
            (await FirstResponse.OfAsync(host, $"http://localhost:{port}/there")).ShouldBe("served /there to test");
            await CommandRun.OfAsync(folder.Path, "kill", "-s", "TERM", host.Id.ToString(CultureInfo.InvariantCulture));
            await host.WaitForExitAsync(Patience.Token());
            host.ExitCode.ShouldBe(0);
            await EndOfAsync(port);
        }
        finally
        {
            if (!host.HasExited)
                host.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task The_program_in_it_has_its_version_and_runs_on_any_machine()
    {
        using var folder = new TemporaryFolder();
        await Dotnet.PackAsync(Package, folder.Path);

        var file = Directory.GetFiles(folder.Path).ShouldHaveSingleItem();
        await ZipFile.ExtractToDirectoryAsync(file, folder.At("package"), Patience.Token());
        var program = Directory.GetFiles(folder.At("package/tools"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder.At("package/tools"), path)).ToArray();
        program.ShouldContain("Yarp.ReverseProxy.dll");
        program.ShouldAllBe(path => path.EndsWith(".dll", StringComparison.Ordinal) || path.EndsWith(".json", StringComparison.Ordinal), "a native program or library is for one kind of machine");
        program.ShouldNotContain(path => path.Contains("System.Private", StringComparison.Ordinal), "the runtime is the machine's");
        var version = FileVersionInfo.GetVersionInfo(folder.At("package/tools/Sidecar.Proxy.dll")).ProductVersion!.Split('+')[0];
        Path.GetFileName(file).ShouldBe($"{Package}.{version}.nupkg");
    }

    // The app host leaves it to the orchestrator, and the sidecar drains.
    private static async Task EndOfAsync(int port)
    {
        var patience = Patience.Token();
        try
        {
            while (true)
            {
                using var client = new TcpClient();
                await client.ConnectAsync("localhost", port, patience);
                await Task.Delay(20, patience);
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
        }
    }

    // In a version of its own, so that no other that this machine has is taken for it.
    private static async Task AddAppHostAsync(TemporaryFolder folder, int port)
    {
        var version = $"0.0.0-t{Guid.NewGuid():n}";
        await Dotnet.PackAsync(Package, folder.At("feed"), $"-p:PackageVersion={version}");
        // Only this package is restored into the folder; Aspire's are where every other restore has put them.
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await WriteAsync("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="machine" value="{packages}" /></fallbackPackageFolders>
              <packageSources><add key="feed" value="feed" /></packageSources>
            </configuration>
            """);
        var sdk = XDocument.Load(Path.Combine(Repository.Root, "SidecarAspire.AppHost", "SidecarAspire.AppHost.csproj")).Root!.Attribute("Sdk")!.Value;
        var aspire = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("AspireVersion").Single().Value;
        await WriteAsync("Shop.csproj", $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <AspireUseCliBundle>false</AspireUseCliBundle>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Aspire.Hosting.AppHost" Version="{aspire}" />
                <PackageReference Include="{Package}" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
        await WriteAsync("AppHost.cs", $$$"""
            using System.Text.Json.Nodes;

            var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });

            builder.AddExecutable("shop", "node", ".", "shop.js").WithHttpEndpoint(env: "PORT").WithHttpHealthCheck("/").WithSidecar(sidecar => sidecar
                .WithHttpEndpoint(port: {{{port}}})
                .WithConfiguration(json => json["Routes"] = JsonNode.Parse(
                    "[{ 'Name': 'all', 'Match': { 'PathPrefix': '/' }, 'RequestHeaders': { 'Set': { 'X-Stage': 'test' } } }]".Replace('\'', '"'))));

            builder.Build().Run();
            """);
        await WriteAsync("shop.js", """
            require('node:http').createServer((request, response) => response.end(`served ${request.url} to ${request.headers['x-stage']}`)).listen(process.env.PORT, 'localhost');
            """);

        Task WriteAsync(string name, string text) => File.WriteAllTextAsync(folder.At(name), text, Patience.Token());
    }
}
