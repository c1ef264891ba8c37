using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SidecarAspire.EndToEnd.Tests.Failures;

/// <summary>An app host as a process of its own, with what it prints and all that it has started.</summary>
internal sealed class AppHostProcess : IDisposable
{
    private const string Marker = "SIDECAR_TEST_APP_HOST";
    // The longest a test waits for anything; it only bounds a failing test.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly Process _process;
    private readonly Task _printed;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private AppHostProcess(string assembly, IEnumerable<string> arguments)
    {
        // What runs the tests in the background ignores Ctrl+C, and whatever it starts would too.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Marker] = _run, ["NO_COLOR"] = "1", ["DOTNET_ENVIRONMENT"] = "Development" },
        };
        _process = Process.Start(start)!;
        _printed = Task.WhenAll(ReadAsync(_process.StandardOutput, _output), ReadAsync(_process.StandardError, _errors));
    }

    /// <summary>What it has written to standard output.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>What it has written to standard error.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Starts the app host of this repository.</summary>
    public static AppHostProcess Start(params string[] arguments) => new(Path.Combine(AppContext.BaseDirectory, "SidecarAspire.AppHost.dll"), arguments);

    /// <summary>Starts a scenario of SidecarAspire.Scenarios.</summary>
    public static AppHostProcess StartScenario(string scenario, params string[] arguments) =>
        new(Repository.OutputOf("tests/SidecarAspire.Scenarios"), [$"--scenario={scenario}", .. arguments]);

    /// <summary>Waits until it prints a line that holds a text.</summary>
    public Task PrintsAsync(string text) =>
        UntilAsync(() => _output.Any(line => line.Contains(text, StringComparison.Ordinal)), () => $"'{text}' to be printed. It printed:\n{string.Join('\n', _output.Concat(_errors))}");

    /// <summary>Waits until everything has been started.</summary>
    public Task IsUpAsync() => PrintsAsync("Distributed application started.");

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(Cancelled).WaitAsync(s_patience, Cancelled);
        await _printed.WaitAsync(s_patience, Cancelled);
        return _process.ExitCode;
    }

    /// <summary>Waits until it and all that it has started are gone.</summary>
    public Task NothingIsLeftAsync() => UntilAsync(() => !Processes().Any(), () => $"nothing to run. There is {string.Join(", ", Processes().Select(id => $"{id} {Read(id, "cmdline")}"))}");

    /// <summary>Sends it a signal: <c>INT</c> is Ctrl+C.</summary>
    public void Signal(string name) => Signal(name, _process.Id);

    public void Dispose()
    {
        // What a failing test leaves.
        foreach (var left in Processes().ToArray())
        {
            Signal("KILL", left);
        }

        _process.Dispose();
    }

    // Found by a variable that all inherit, and not as children: the orchestrator leaves the process tree.
    private IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && Read(id, "environ").Contains($"{Marker}={_run}", StringComparison.Ordinal));

    private static void Signal(string name, int process)
    {
        using var kill = Process.Start("kill", ["-s", name, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static async Task UntilAsync(Func<bool> isTrue, Func<string> what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!isTrue())
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                throw new TimeoutException($"Waited {s_patience.TotalSeconds:0} s for {what()}");
            }

            await Task.Delay(s_poll, Cancelled);
        }
    }

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}", Encoding.UTF8).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to somebody else.
            return "";
        }
    }

    private static async Task ReadAsync(StreamReader reader, ConcurrentQueue<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Enqueue(line);
        }
    }
}
