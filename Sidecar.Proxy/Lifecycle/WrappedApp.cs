using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Shares one life with the application: starts it, passes signals on, stops it once the requests have drained, and ends when it ends,
/// with its exit code. Its input and output are the sidecar's own.
/// </summary>
/// <param name="command">What to start.</param>
/// <param name="application">The host.</param>
/// <param name="logger">Where it says what it does.</param>
public sealed partial class WrappedApp(WrappedCommand command, IHostApplicationLifetime application, ILogger<WrappedApp> logger) : IHostedService, IDisposable
{
    private const int TerminatedBySigTerm = 128 + 15;
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(1);
    private static readonly PosixSignal[] Forwarded = [PosixSignal.SIGHUP, (PosixSignal)10, (PosixSignal)12];

    private readonly List<PosixSignalRegistration> _signals = [];
    private Process? _process;
    private Task _exit = Task.CompletedTask;
    private volatile bool _isStopping;

    /// <summary>The exit code the sidecar ends with.</summary>
    public int ExitCode { get; private set; }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (OrphanReaper.Start(() => _process?.Id ?? 0) is { } reaper)
            _signals.Add(reaper);
        var start = new ProcessStartInfo(command.FileName, command.Arguments);
        start.Environment["PORT"] = command.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment.Remove("TARGET");
        start.Environment.Remove("ADMIN_PORT");
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new ConfigurationException([new("--", command.FileName, $"a program that can be started ({exception.Message})")]);
        }

        Started(logger, command.FileName, _process.Id, command.Port);
        _exit = WatchAsync(_process);
        foreach (var signal in OperatingSystem.IsWindows() ? [] : Forwarded)
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Native.Signal(_process.Id, Native.NumberOf(context.Signal));
            }));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        if (_process is not { HasExited: false } process)
            return;
        if (OperatingSystem.IsWindows())
            process.Kill(entireProcessTree: true);
        else
            Native.Signal(process.Id, Native.SigTerm);
        try
        {
            await _exit.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAny(_exit, Task.Delay(LeastGrace, CancellationToken.None));
            if (!process.HasExited)
            {
                Killed(logger, command.FileName, process.Id);
                process.Kill(entireProcessTree: true);
            }

            await _exit;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _process?.Dispose();
    }

    private async Task WatchAsync(Process process)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        // Ended by the signal it was sent to end it: as it should be.
        ExitCode = _isStopping && process.ExitCode == TerminatedBySigTerm ? 0 : process.ExitCode;
        if (_isStopping)
            return;
        Ended(logger, command.FileName, process.ExitCode);
        application.StopApplication();
    }
}
