using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SidecarAspire.Startup;

namespace SidecarAspire.DataPlane;

/// <summary>The sidecar as a process of its own, from its first answer to its end.</summary>
internal sealed class Sidecar : IDisposable
{
    private const int Terminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly Task _log;
    private readonly EventHandler _kill;

    private Sidecar(Process process, int port, Action<string>? onLine)
    {
        (_process, Port) = (process, port);
        // Read in any case, so that it cannot fill the pipe.
        _log = onLine is null ? process.StandardOutput.BaseStream.CopyToAsync(Stream.Null) : ReadAsync(process.StandardOutput, onLine);
        _kill = (_, _) => process.Kill();
        AppDomain.CurrentDomain.ProcessExit += _kill;
    }

    public int Port { get; }

    /// <summary>What it holds of the machine's memory (VmRSS), in bytes.</summary>
    public long ResidentBytes =>
        long.Parse(File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    /// <summary>Starts it, or the published program that is named, and waits until it is ready.</summary>
    public static async Task<Sidecar> StartAsync(string target, string logFormat = "Line", Action<string>? onLine = null, string? program = null, params (string Name, string Value)[] settings)
    {
        var (port, adminPort) = (FreePort(), FreePort());
        var start = program is null ? new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Sidecar.Proxy.dll")]) : new ProcessStartInfo(program);
        start.RedirectStandardOutput = true;
        start.Environment["TARGET"] = target;
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["ADMIN_PORT"] = adminPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["Sidecar__Listener__Address"] = start.Environment["Sidecar__Admin__Address"] = "127.0.0.1";
        start.Environment["Sidecar__AccessLog__Format"] = logFormat;
        start.Environment["Sidecar__Lifecycle__DrainDelay"] = "0s";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var sidecar = new Sidecar(Process.Start(start)!, port, onLine);
        await sidecar.UntilReadyAsync(adminPort);
        return sidecar;
    }

    /// <summary>Ends it as an operator does, its log read to the end.</summary>
    public async Task<int> StopAsync()
    {
        Signals.Send(_process.Id, Terminate);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _log.WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>The highest <see cref="ResidentBytes"/> while something is done.</summary>
    public async Task<long> PeakWhileAsync(Task work)
    {
        var peak = ResidentBytes;
        using var timer = new PeriodicTimer(PollInterval);
        while (!work.IsCompleted && await timer.WaitForNextTickAsync())
            peak = Math.Max(peak, ResidentBytes);
        await work;
        return Math.Max(peak, ResidentBytes);
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= _kill;
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader output, Action<string> onLine)
    {
        while (await output.ReadLineAsync() is { } line)
            onLine(line);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task UntilReadyAsync(int adminPort)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{adminPort}") };
        using var over = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(PollInterval);
        while (await timer.WaitForNextTickAsync(over.Token))
        {
            try
            {
                using var answer = await http.GetAsync("/readyz", over.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // It does not listen yet.
            }
        }
    }
}
