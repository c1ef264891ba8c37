using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace SidecarAspire.Startup;

/// <summary>One start of the topology, every process of which carries a mark in its environment.</summary>
internal sealed class TopologyRun : IAsyncDisposable
{
    private const string MarkVariable = "SIDECAR_STARTUP_RUN";
    private const string AppHostProgram = "SidecarAspire.AppHost";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly ConcurrentQueue<string> _output = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Topology _topology;
    private readonly Process _command;

    public TopologyRun(Topology topology, ProcessStartInfo start)
    {
        _topology = topology;
        start.Environment[MarkVariable] = _mark;
        _command = Process.Start(start)!;
        _command.OutputDataReceived += (_, e) => Keep(e.Data);
        _command.ErrorDataReceived += (_, e) => Keep(e.Data);
        _command.BeginOutputReadLine();
        _command.BeginErrorReadLine();
    }

    /// <summary>The time from the start to the first 200 through the sidecar.</summary>
    public Task<TimeSpan> UntilServedAsync(TimeSpan patience) => UntilAnsweredAsync(_topology.Sidecar, patience);

    /// <summary>The time from the start to the dashboard's login page.</summary>
    public Task<TimeSpan> UntilDashboardAsync(TimeSpan patience) => UntilAnsweredAsync(_topology.Dashboard, patience);

    /// <summary>The processes of this run that are alive.</summary>
    public IReadOnlyList<int> Processes() => MarkedProcesses.Find($"{MarkVariable}={_mark}");

    /// <summary>Presses Ctrl+C; the time until nothing is left.</summary>
    public Task<TimeSpan> InterruptAsync() => UntilNothingIsLeftAsync(() => Signals.Send(-_command.Id, Signals.Interrupt));

    /// <summary>Kills the app host alone; the time until nothing is left.</summary>
    public Task<TimeSpan> KillAppHostAsync()
    {
        var appHost = Processes().Single(pid => MarkedProcesses.ProgramOf(pid) == AppHostProgram);
        return UntilNothingIsLeftAsync(() => Signals.Send(appHost, Signals.Kill));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pid in Processes())
        {
            Signals.Send(pid, Signals.Kill);
        }

        await _command.WaitForExitAsync();
        _command.Dispose();
    }

    private async Task<TimeSpan> UntilAnsweredAsync(Uri address, TimeSpan patience)
    {
        // A connection for each attempt, as of a person who reloads the page.
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2), DefaultRequestHeaders = { ConnectionClose = true } };
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(address);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return Stopwatch.GetElapsedTime(_start);
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
            }

            await PollAsync(patience, _start, $"{address} does not answer 200");
        }
    }

    private async Task<TimeSpan> UntilNothingIsLeftAsync(Action end)
    {
        var ended = Stopwatch.GetTimestamp();
        end();
        while (Processes() is { Count: > 0 } left)
        {
            await PollAsync(Topology.Patience, ended, $"still running: {string.Join(", ", left.Select(pid => $"{MarkedProcesses.ProgramOf(pid)} ({pid})"))}");
        }

        return Stopwatch.GetElapsedTime(ended);
    }

    private async Task PollAsync(TimeSpan patience, long since, string problem)
    {
        if (Stopwatch.GetElapsedTime(since) > patience)
        {
            throw new TimeoutException($"After {patience.TotalSeconds:0} s: {problem}. The app host said:{Environment.NewLine}{string.Join(Environment.NewLine, _output)}");
        }

        await Task.Delay(PollInterval);
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }
}
