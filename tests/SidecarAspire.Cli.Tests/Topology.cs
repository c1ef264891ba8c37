using System.Text;
using System.Text.Json;
using Sidecar.Proxy.Tests.Wire;

namespace SidecarAspire.Cli.Tests;

/// <summary>AppHost.cs as <c>aspire run</c> starts it, on free ports beside one on the usual ones; up once for all tests.</summary>
public sealed class Topology : IAsyncLifetime
{
    /// <summary>What stands in front of the application.</summary>
    public const string Sidecar = "sidecar";

    /// <summary>The application nobody changes.</summary>
    public const string LegacyApp = "legacy-app";

    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string MarkVariable = "SIDECAR_CLI_TESTS";
    private static readonly string s_appHost = Path.Combine(Repository.Root, "SidecarAspire.AppHost", "SidecarAspire.AppHost.csproj");
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly int _port = FreePort.Next();

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        // Every command of this process inherits these, and so does all that a command starts.
        Environment.SetEnvironmentVariable("SIDECAR_PORT", $"{_port}");
        Environment.SetEnvironmentVariable(MarkVariable, _mark);
        Environment.SetEnvironmentVariable("ASPIRE_CLI_TELEMETRY_OPTOUT", "true");
        Environment.SetEnvironmentVariable("NO_COLOR", "1");

        var restore = await CommandRun.OfAsync(Repository.Root, "dotnet", "tool", "restore");
        restore.ExitCode.ShouldBe(0, restore.Output + restore.Error);
        (await AspireCli.JsonAsync("ps")).EnumerateArray()
            .ShouldNotContain(app => app.GetProperty("appHostPath").GetString() == s_appHost, "The app host of this folder runs already; stop it first: dotnet aspire stop");
        try
        {
            await StartAsync();
        }
        catch
        {
            // A fixture that does not come up is not disposed of.
            await StopAsync();
            throw;
        }
    }

    /// <summary>A client of what the sidecar serves.</summary>
    public HttpClient CreateClient() => new() { BaseAddress = new($"http://localhost:{_port}") };

    /// <summary>What <c>aspire describe</c> says of a resource.</summary>
    internal static async Task<JsonElement> DescribeAsync(string resource) =>
        (await AspireCli.JsonAsync("describe", resource)).GetProperty("resources").EnumerateArray().ShouldHaveSingleItem();

    internal static async Task StartAsync()
    {
        await AspireCli.RunAsync("run", "--detach", "--isolated", "--no-build", "--non-interactive");
        await AspireCli.RunAsync("wait", Sidecar);
    }

    /// <summary>Stops it and waits until nothing is left of it.</summary>
    internal async Task<string> StopAsync()
    {
        var output = await AspireCli.RunAsync("stop", "--non-interactive");
        using var patience = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (Processes() is { Count: > 0 } left)
        {
            patience.IsCancellationRequested.ShouldBeFalse($"Still running: {string.Join(", ", left)}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return output;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();

    // By a variable that they inherit: the orchestrator has left the tree of processes.
    private List<string> Processes()
    {
        var needle = Encoding.UTF8.GetBytes($"{MarkVariable}={_mark}");
        return [.. Directory.EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out var pid) && pid != Environment.ProcessId
                && Read(folder, "environ").AsSpan().IndexOf(needle) >= 0)
            .Select(folder => Encoding.UTF8.GetString(Read(folder, "cmdline")).Replace('\0', ' '))];
    }

    private static byte[] Read(string folder, string name)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to somebody else.
            return [];
        }
    }
}
