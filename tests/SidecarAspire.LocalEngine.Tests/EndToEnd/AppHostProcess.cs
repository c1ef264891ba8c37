using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace SidecarAspire.LocalEngine.Tests.EndToEnd;

/// <summary>An app host as a process of its own, with what it prints and all that it has started.</summary>
internal sealed class AppHostProcess : IDisposable
{
    private const string Marker = "SIDECAR_ASPIRE_TEST_RUN";
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(25);

    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly Process _process;
    private readonly Task _printed;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private AppHostProcess(TemporaryFolder folder, string scenario, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SidecarAspire.ScenarioAppHost.dll"), scenario, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Marker] = _run, ["TMPDIR"] = folder.Path, ["NO_COLOR"] = "1" },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _printed = Task.WhenAll(ReadAsync(_process.StandardOutput, line => _lines.Writer.TryWrite(line)), ReadAsync(_process.StandardError, line =>
        {
            _errors.Enqueue(line);
            _lines.Writer.TryWrite(line);
        }));
    }

    /// <summary>The longest a test waits for anything; it only bounds a failing test.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>What it has written to stderr.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    public static AppHostProcess Start(TemporaryFolder folder, string scenario, params string[] arguments) =>
        new(folder, scenario, arguments, new Dictionary<string, string?>());

    public static AppHostProcess Start(TemporaryFolder folder, string scenario, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        new(folder, scenario, arguments, environment);

    /// <summary>Waits until it prints a line.</summary>
    public async Task<string> LineAsync(Func<string, bool> isWanted)
    {
        using var deadline = Deadline(Patience);
        try
        {
            while (true)
            {
                if (await _lines.Reader.ReadAsync(deadline.Token) is { } line && isWanted(line))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The line was not printed. stderr: {string.Join(" | ", Errors)}");
        }
    }

    /// <summary>Waits until everything is up and the resources have been shown.</summary>
    public Task IsUpAsync() => LineAsync(line => line.StartsWith("Press Ctrl+C", StringComparison.Ordinal));

    /// <summary>Waits until a process whose command line holds a text is there.</summary>
    public async Task<int> ProcessAsync(string text)
    {
        var found = 0;
        await UntilAsync(Patience, () => (found = Processes(text).FirstOrDefault()) != 0, $"a process '{text}'");
        return found;
    }

    /// <summary>The processes that it has started, and itself, whose command line holds a text.</summary>
    public IEnumerable<int> Processes(string text = "") =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && Has(id, "environ", $"{Marker}={_run}") && Has(id, "cmdline", text));

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var deadline = Deadline(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        await _printed.WaitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits until it and all that it has started are gone.</summary>
    public Task NothingRunsAsync(TimeSpan limit) =>
        UntilAsync(limit, () => !Processes().Any(), () => $"nothing to run: {string.Join(", ", Processes().Select(id => $"{id} {Read(id, "cmdline")}"))}");

    public void Signal(string name) => Signal(name, _process.Id);

    public static void Signal(string name, params IEnumerable<int> processes)
    {
        using var kill = Process.Start("kill", ["-s", name, .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
    }

    /// <summary>Waits for something that no event tells.</summary>
    public static Task UntilAsync(TimeSpan limit, Func<bool> isTrue, string what) => UntilAsync(limit, isTrue, () => what);

    public void Dispose()
    {
        // What a failing test leaves.
        foreach (var left in Processes().ToArray())
        {
            Signal("KILL", left);
        }

        _process.Dispose();
    }

    private static async Task UntilAsync(TimeSpan limit, Func<bool> isTrue, Func<string> what)
    {
        using var deadline = Deadline(limit);
        while (!isTrue())
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited {limit.TotalSeconds:0} s for {what()}.");
            }

            await Task.Delay(s_poll, TestContext.Current.CancellationToken);
        }
    }

    private static CancellationTokenSource Deadline(TimeSpan limit)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(limit);
        return source;
    }

    private static bool Has(int id, string file, string text) => text.Length == 0 || Read(id, file).Contains(text, StringComparison.Ordinal);

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}", Encoding.UTF8).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> take)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            take(line);
        }
    }
}
