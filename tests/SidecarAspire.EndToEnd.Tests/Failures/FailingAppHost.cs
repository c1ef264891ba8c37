namespace SidecarAspire.EndToEnd.Tests.Failures;

/// <summary>An app host in which many things fail, from its start to Ctrl+C.</summary>
public sealed class FailingAppHost : IAsyncLifetime
{
    private static readonly string[] s_failing = ["port-in-use", "no-folder", "no-command", "no-script", "installer", "crash", "no-endpoint", "no-setting"];

    /// <summary>The port that another process has.</summary>
    public int TakenPort { get; private set; }

    /// <summary>All that it has printed.</summary>
    public IReadOnlyList<string> Lines { get; private set; } = [];

    /// <summary>What its process has ended with.</summary>
    public int ExitCode { get; private set; }

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        using var taken = new TakenPort();
        TakenPort = taken.Number;
        using var appHost = AppHostProcess.StartScenario("Failures", $"--taken-port={taken}", $"--proxy={Repository.OutputOf("Sidecar.Proxy")}");
        foreach (var resource in s_failing)
        {
            await appHost.PrintsAsync($"      '{resource}' ");
        }

        await appHost.PrintsAsync("'patient' still waits");
        appHost.Signal("INT");
        ExitCode = await appHost.ExitCodeAsync();
        await appHost.NothingIsLeftAsync();
        Lines = [.. appHost.Output, .. appHost.Errors];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
