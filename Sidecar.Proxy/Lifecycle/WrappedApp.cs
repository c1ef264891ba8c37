using System.Collections;
using System.ComponentModel;
using System.Net.Sockets;
using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// The application as the sidecar's child: one life. It starts once the sidecar listens, with <c>PORT</c> of its own and the sidecar's
/// streams, and is stopped once the traffic has ended; when it ends by itself, so does the sidecar, with its exit code.
/// </summary>
/// <param name="command">The command and its arguments.</param>
/// <param name="clusters">Where the sidecar expects it to listen.</param>
/// <param name="settings">The configuration.</param>
/// <param name="lifetime">The sidecar's life.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where its end is logged.</param>
internal sealed partial class WrappedApp(IReadOnlyList<string> command, Clusters clusters, SidecarSettings settings, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<WrappedApp> logger)
    : IDisposable
{
    // Names of the sidecar's that would mean something else to an application, or hold the sidecar's secrets.
    private static readonly string[] OwnNames = ["TARGET", "ADMIN_PORT", "SRV_NAME", "SIDECAR_CONFIG", "SIDECAR_TRANSPORT"];
    private const string OwnPrefix = "Sidecar__";

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(25);

    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ProcessGroup? _process;
    private Terminal? _terminal;
    private int _exitCode;
    private int? _ordered;
    private volatile bool _isSuspended;
    private Task _exit = Task.CompletedTask;

    /// <summary>Fires when the application has ended.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Completes when requests may be sent to it.</summary>
    public Task Listening => _listening.Task;

    /// <summary>The signal it is stopped with: the one that the sidecar was stopped with.</summary>
    public int StopSignal { get; set; } = Native.Terminate;

    /// <summary>What the sidecar ends with: the application's exit code, or 128 and the number of the signal that ended it.</summary>
    public int ExitCode => _ordered ?? _exitCode;

    /// <summary>A port of loopback that nobody listens on.</summary>
    /// <returns>Its number.</returns>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="CommandException">It cannot be started.</exception>
    public void Start()
    {
        var path = ExecutablePath.Find(command[0], Environment.GetEnvironmentVariable("PATH"));
        _terminal = Terminal.Open(time);
        try
        {
            _process = Descriptors.UnderGivenLimit(() => ProcessGroup.Start(path, command, AppEnvironment()));
        }
        catch (Win32Exception exception)
        {
            throw new CommandException($"{command[0]}: {exception.GetBaseException().Message.ReplaceLineEndings(" ")}", CommandException.NotExecutable);
        }

        _exit = FollowAsync(_process);
        _ = WaitUntilListeningAsync();
    }

    /// <summary>Passes a signal on: to the application alone, or to its whole group what a terminal would send there, and what nobody can refuse.</summary>
    public void Signal(int signal)
    {
        if (_process is not { } process || _ended.IsCancellationRequested)
            return;
        if (signal is Native.Interrupt or Native.Quit or Native.Kill)
            process.Signal(signal);
        else
            Native.Signal(process.Id, signal);
    }

    /// <summary>Stops the application for a while, as Ctrl+Z does, and the sidecar after it.</summary>
    public void Suspend()
    {
        _isSuspended = true;
        _terminal?.TakeBack();
        _process?.Signal(SignalNumber.TerminalStop);
        Native.Signal(0, SignalNumber.Stop);
    }

    /// <summary>Goes on after <see cref="Suspend"/>, when the sidecar does.</summary>
    public void Continue()
    {
        _isSuspended = false;
        _process?.Signal(SignalNumber.Continue);
    }

    /// <summary>Ends it at once.</summary>
    /// <param name="exitCode">What the sidecar ends with, whichever of the two is over first.</param>
    public void Kill(int exitCode)
    {
        _ordered = exitCode;
        Signal(Native.Kill);
    }

    /// <summary>Stops it with <see cref="StopSignal"/>, and with SIGKILL when that does not help.</summary>
    /// <param name="patience">How long it may take.</param>
    /// <param name="giveUp">Ends the wait.</param>
    /// <returns>When it has ended.</returns>
    public async Task StopAsync(TimeSpan patience, CancellationToken giveUp)
    {
        Signal(StopSignal);
        try
        {
            await _exit.WaitAsync(patience, time, giveUp);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            Killed(logger, command[0], Duration.FormatMeasured(patience));
            Signal(Native.Kill);
            await _exit;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // A sidecar that does not get as far as stopping it must not leave it behind.
        Signal(Native.Kill);
        _terminal?.Dispose();
        _ended.Dispose();
    }

    private static bool IsOwn(string name) =>
        OwnNames.Contains(name) || name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<string> AppEnvironment()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable is { Key: string name } && name != "PORT" && !IsOwn(name))
                yield return $"{name}={variable.Value}";
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"PORT={clusters.Default.Targets[0].Port}");
    }

    private async Task FollowAsync(ProcessGroup process)
    {
        _exitCode = await Task.Factory.StartNew(() => Follow(process), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _terminal?.TakeBack();
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
            EndedByItself(logger, command[0], ExitCode);
        await _ended.CancelAsync();
        _listening.TrySetResult();
        lifetime.StopApplication();
    }

    private int Follow(ProcessGroup process)
    {
        while (true)
        {
            if (process.Wait(out var stopSignal) is { } exitCode)
                return exitCode;
            if (stopSignal is SignalNumber.TerminalRead or SignalNumber.TerminalWrite)
                _terminal?.Lend(process.Id);
            else if (stopSignal == SignalNumber.TerminalStop && _terminal is not null && !_isSuspended)
                Suspend();
        }
    }

    private async Task WaitUntilListeningAsync()
    {
        var started = time.GetTimestamp();
        while (!_listening.Task.IsCompleted && !await AcceptsAsync(clusters.Default.Targets[0]))
        {
            if (time.GetElapsedTime(started) > settings.Current.Lifecycle.AppStartTimeout)
            {
                NotListening(logger, command[0], clusters.Default.Targets[0].Port, Duration.Format(settings.Current.Lifecycle.AppStartTimeout));
                break;
            }

            await Task.Delay(ProbeInterval, time);
        }

        _listening.TrySetResult();
    }

    private static async Task<bool> AcceptsAsync(Target target)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(target.Host, target.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
