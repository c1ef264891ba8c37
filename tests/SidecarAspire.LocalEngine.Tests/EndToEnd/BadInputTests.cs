using System.Net;
using System.Net.Sockets;

namespace SidecarAspire.LocalEngine.Tests.EndToEnd;

/// <summary>What an author or a user can get wrong: one line that says what and where, exit code 1, nothing left running.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class BadInputTests : IDisposable
{
    private static readonly string[] s_dashboardUrls =
        ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"];

    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _taken = new(IPAddress.Loopback, 0);

    public BadInputTests() => _taken.Start();

    private int TakenPort => ((IPEndPoint)_taken.LocalEndpoint).Port;

    public void Dispose()
    {
        _taken.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("DuplicateName", "error: Cannot add resource of type '*' with name 'APP' because resource of type '*' with that name already exists. Resource names are case-insensitive.")]
    [InlineData("BadName", "error: Resource name 'bad_name' is invalid. Name must contain only ASCII letters, digits, and hyphens.")]
    [InlineData("MissingProject", "error: Project file '*Absent.csproj' was not found.")]
    [InlineData("MissingFolder", "error: The folder of resource 'app' was not found: '*absent'.")]
    [InlineData("MissingScript", "error: The script of resource 'app' was not found: '*absent.js'.")]
    [InlineData("SecondEndpoint", "error: Resource 'app' has an endpoint 'http' already; give the second one a name of its own.")]
    [InlineData("UnknownEndpoint", "error: Resource 'app' has no endpoint 'grpc'; it has 'http'. 'other' refers to it in its variable TARGET.")]
    [InlineData("CircularWait", "error: Circular WaitFor: 'app' waits for 'other' waits for 'app'; none of them could ever start.")]
    [InlineData("WaitForItself", "error: The 'app' resource cannot wait for itself.")]
    [InlineData("PortOutOfRange", "error: Port 70000 of resource 'app' is not a port; allowed is 1 to 65535.")]
    [InlineData("UnsetParameter", "error: Parameter 'api-key' has no value: set Parameters:api-key in the app host's configuration, or the environment variable Parameters__api_key. 'app' refers to it in its variable KEY.")]
    public Task A_mistake_in_AppHost_ends_the_start(string scenario, string line) => EndsWithAsync(AppHostProcess.Start(_folder, scenario), line);

    [Theory]
    [InlineData("UnsetParameter", "", "error: Step 'process-parameters' failed: Parameter 'api-key' has no value: set Parameters:api-key in the app host's configuration, or the environment variable Parameters__api_key.")]
    [InlineData("FailingStep", "", "error: Step 'broken' failed: the disk is full")]
    [InlineData("Sound", "absent", "error: There is no step 'absent'; there are: build, *")]
    public Task What_fails_while_publishing_ends_it(string scenario, string step, string line) =>
        EndsWithAsync(AppHostProcess.Start(_folder, scenario, ["--operation", "publish", .. step.Length > 0 ? ["--step", step] : Array.Empty<string>()]), line);

    [Fact]
    public Task An_unknown_operation_is_refused() =>
        EndsWithAsync(AppHostProcess.Start(_folder, "Sound", "--operation", "fly"), "error: --operation is 'fly'; allowed are 'run' and 'publish'.");

    [Fact]
    public Task A_port_in_use_is_named_with_the_resource_that_wants_it() =>
        EndsWithAsync(
            AppHostProcess.Start(_folder, "PortInUse", $"--port={TakenPort}"),
            $"error: Port {TakenPort}, endpoint 'http' of resource 'app', is in use by another process.");

    [Fact]
    public Task A_setting_of_the_wrong_kind_is_named() =>
        EndsWithAsync(
            AppHostProcess.Start(_folder, "PortInUse", "--port=abc"),
            "error: Failed to convert configuration value 'abc' at 'port' to type 'System.Int32'.");

    [Fact]
    public Task A_port_that_two_resources_want_is_named_with_both()
    {
        _taken.Stop();
        _taken.Start();
        var port = TakenPort;
        _taken.Stop();

        return EndsWithAsync(
            AppHostProcess.Start(_folder, "PortWantedTwice", $"--port={port}"),
            $"error: Port {port} is wanted twice: by endpoint 'http' of resource 'app' and by endpoint 'http' of resource 'other'.");
    }

    [Fact]
    public Task A_missing_node_is_named_with_what_to_do() =>
        EndsWithAsync(
            AppHostProcess.Start(_folder, "Sound", new Dictionary<string, string?> { ["PATH"] = _folder["nothing"] }),
            "error: The command 'node' of resource 'app' was not found in PATH: install it, or put its folder there.");

    [Fact]
    public Task A_bundle_that_is_not_there_is_named() =>
        EndsWithAsync(
            AppHostProcess.Start(_folder, "Sound", new Dictionary<string, string?> { ["ASPIRE_BUNDLE"] = _folder["nothing"] }),
            $"error: ASPIRE_BUNDLE is '{_folder["nothing"]}', but '*dcp' and '*aspire-managed' do not exist.");

    [Theory]
    [InlineData("echo 'unknown flag: --detach' >&2; exit 2", "error: The orchestrator (DCP) ended at once with exit code 2: unknown flag: --detach")]
    [InlineData("printf 'clusters: []\\n' > \"$8\"", "error: The orchestrator's file * names no server: this is not the DCP of Aspire *.")]
    public Task A_bundle_with_another_orchestrator_is_named(string dcp, string line)
    {
        _folder.WriteScript("bundle/dcp/dcp", dcp);
        _folder.WriteScript("bundle/managed/aspire-managed", "");

        return EndsWithAsync(AppHostProcess.Start(_folder, "Sound", new Dictionary<string, string?> { ["ASPIRE_BUNDLE"] = _folder["bundle"] }), line);
    }

    [Fact]
    public Task A_bundle_that_cannot_be_executed_is_named()
    {
        _folder.Write("bundle/dcp/dcp", "");
        _folder.Write("bundle/managed/aspire-managed", "");

        return EndsWithAsync(
            AppHostProcess.Start(_folder, "Sound", new Dictionary<string, string?> { ["ASPIRE_BUNDLE"] = _folder["bundle"] }),
            "error: The orchestrator (DCP) could not be started: *Permission denied*");
    }

    [Fact]
    public Task A_dashboard_without_TLS_has_to_be_allowed() =>
        EndsWithAsync(
            AppHostProcess.Start(_folder, "Dashboard", $"--ASPNETCORE_URLS=http://localhost:{TakenPort}"),
            $"error: ASPNETCORE_URLS is 'http://localhost:{TakenPort}', but has to be an https address unless ASPIRE_ALLOW_UNSECURED_TRANSPORT is true.");

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "otlp-grpc")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "otlp-http")]
    public Task A_dashboards_port_in_use_is_named_with_the_setting_that_moves_it(string setting, string endpoint)
    {
        var settings = s_dashboardUrls.ToDictionary(name => name, _ => FreeUrl());
        settings[setting] = $"http://localhost:{TakenPort}";

        return EndsWithAsync(
            AppHostProcess.Start(_folder, "Dashboard", ["--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true", .. settings.Select(pair => $"--{pair.Key}={pair.Value}")]),
            $"error: Port {TakenPort}, endpoint '{endpoint}' of resource 'aspire-dashboard', is in use by another process; set {setting} to use another.");
    }

    private static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }

    private async Task EndsWithAsync(AppHostProcess appHost, string line)
    {
        using (appHost)
        {
            (await appHost.ExitCodeAsync()).ShouldBe(1);
            ShouldMatch(appHost.Errors.ShouldHaveSingleItem(), line);
            await appHost.NothingRunsAsync(TimeSpan.FromSeconds(5));
            Directory.EnumerateDirectories(_folder.Path, "sidecar-aspire.*").ShouldBeEmpty();
        }
    }

    private static void ShouldMatch(string line, string pattern)
    {
        var matches = System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), line);
        matches.ShouldBeTrue($"Expected: {pattern}{Environment.NewLine}But was:  {line}");
    }
}
