using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A whole sidecar as a process, on free loopback ports.</summary>
internal sealed partial class RunningSidecar : ChildProcess, IAsyncDisposable
{
    private readonly TaskCompletionSource<(int Traffic, int Admin)> _ports = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Blame _blame = new();
    private readonly Task _reading;

    private RunningSidecar(ProcessStartInfo start)
        : base(start)
    {
        _reading = ReadAsync();
    }

    /// <summary>The access log's lines.</summary>
    public Lines AccessLog { get; } = new();

    /// <summary>Starts a sidecar in front of an app.</summary>
    /// <param name="target">The app's address.</param>
    /// <param name="settings">Configuration, as <c>KEY=value</c>.</param>
    public static Task<RunningSidecar> StartAsync(string target, params string[] settings) => StartWithoutTargetAsync([$"TARGET={target}", .. settings]);

    /// <summary>Starts a sidecar whose target comes from somewhere else.</summary>
    public static async Task<RunningSidecar> StartWithoutTargetAsync(params string[] settings)
    {
        string[] defaults = ["PORT=0", "ADMIN_PORT=0", "SRV_NAME=legacy", "Sidecar:Listener:Address=127.0.0.1", "Sidecar:Admin:Address=127.0.0.1"];
        string[] command = [.. SidecarProgram.Command, .. defaults.Concat(settings).Select(setting => "--" + setting)];
        var sidecar = new RunningSidecar(new ProcessStartInfo(command[0], command[1..]));
        (sidecar.Port, sidecar.AdminPort) = await sidecar._ports.Task.WaitAsync(Patience.Token());
        return sidecar;
    }

    /// <summary>Waits until it has stopped of its own accord.</summary>
    public Task StoppedAsync() => Process.WaitForExitAsync(Patience.Token());

    /// <summary>Has it drain and end.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-s", "TERM", $"{Process.Id}"]);
        await StoppedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // A pipe that is closed while it is read from may never say that it has ended.
        if (!Process.HasExited)
            Process.Kill();
        await _reading;
        foreach (var line in Error.Split('\n'))
            _blame.See(line);
        Dispose();
        _blame.ShouldBeNobodys();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await Output.ReadLineAsync() is { } line)
            {
                _blame.See(line);
                if (Listening().Match(line) is { Success: true } ports)
                    _ports.TrySetResult((int.Parse(ports.Groups[1].ValueSpan), int.Parse(ports.Groups[2].ValueSpan)));
                else if (!OwnMessage().IsMatch(line))
                    AccessLog.Add(line);
            }

            await Process.WaitForExitAsync();
            _ports.TrySetException(Problem().Matches(Error) is { Count: > 0 } problems
                ? new ConfigurationException([.. problems.Select(problem => new ConfigurationProblem(problem.Groups[1].Value, problem.Groups[2].Value, problem.Groups[3].Value))])
                : new InvalidOperationException($"It did not start: {Error}"));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It was ended.
        }
    }

    [GeneratedRegex(@"Listening on https?://\S+:(\d+) in front of .*; admin on http://[^\s""]+:(\d+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"^(\S+): '(.*)' is not allowed; it must be (.*)$", RegexOptions.Multiline)]
    private static partial Regex Problem();

    /// <summary>Not the access log's: level and message, or as JSON.</summary>
    [GeneratedRegex(@"^(trace|debug|info|warn|error|fatal): |^\{.*""scope\.name"":")]
    private static partial Regex OwnMessage();

    /// <summary>Lines as they come.</summary>
    internal sealed class Lines
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public bool IsEmpty => _lines.Reader.Count == 0;

        public void Add(string line) => _lines.Writer.TryWrite(line);

        public async Task<string> NextAsync() => await _lines.Reader.ReadAsync(Patience.Token());
    }
}
