using System.Diagnostics;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>The sidecar as a process of its own, for what only a process has: exit codes, signals and streams.</summary>
internal sealed class SidecarProcess : ChildProcess
{
    private readonly Blame _blame = new();

    private SidecarProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    public static SidecarProcess Start(IReadOnlyList<string> arguments, params (string Name, string Value)[] environment) => StartUnder([], arguments, environment);

    /// <summary>Starts it under another program.</summary>
    public static SidecarProcess StartUnder(IReadOnlyList<string> launcher, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        string[] command = [.. launcher, .. SidecarProgram.Command, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]);
        // A debugger's pipes would stay in /tmp when the process is killed.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new SidecarProcess(start);
    }

    public async Task<(int ExitCode, string Error)> ExitAsync()
    {
        await Process.WaitForExitAsync(Patience.Token());
        foreach (var line in Error.Split('\n'))
            _blame.See(line);
        _blame.ShouldBeNobodys();
        return (Process.ExitCode, Error.Trim());
    }

    /// <summary>Waits until the admin port answers.</summary>
    public async Task IsLiveAsync(int adminPort)
    {
        var patience = Patience.Token();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{adminPort}") };
        while (true)
        {
            try
            {
                (await http.GetAsync("/livez", patience)).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (!Process.HasExited)
            {
                await Task.Delay(20, patience);
            }
        }
    }

    /// <summary>Waits for a line of standard output; others before it are passed over.</summary>
    public async Task<string> SaysAsync(string beginning)
    {
        var (lines, patience) = (new List<string>(), Patience.Token());
        while (await Output.ReadLineAsync(patience) is { } line)
        {
            _blame.See(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line;
            lines.Add(line);
        }

        throw new EndOfStreamException($"It did not say '{beginning}' but: {string.Join('\n', lines)} {Error}");
    }

    public void Signal(string name) => Process.Start("kill", ["-s", name, Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])!.WaitForExit();
}
