using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SidecarAspire.Startup;

namespace SidecarAspire.Soak;

/// <summary>The published sidecar with as many file descriptors, or as much memory, as it is given.</summary>
internal sealed class Sidecar : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(20);
    private readonly Process _process;
    private readonly Task _output;
    private readonly EventHandler _kill;
    private readonly Queue<string> _lines = [];

    private Sidecar(ProcessStartInfo start, int port, int adminPort)
    {
        (Port, AdminPort) = (port, adminPort);
        _process = Process.Start(start)!;
        _output = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        _kill = (_, _) => _process.Kill();
        AppDomain.CurrentDomain.ProcessExit += _kill;
    }

    public int Port { get; }

    public int AdminPort { get; }

    public bool IsAlive => !_process.HasExited;

    /// <summary>How many file descriptors it has open.</summary>
    public int Descriptors => IsAlive ? Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length : 0;

    /// <summary>The most memory it has had (VmHWM), in MiB.</summary>
    public int PeakMebibytes => !IsAlive ? 0 : int.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    /// <summary>Its last lines that are neither the access log's nor mere information.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="IOException">It ended, or was not ready in half a minute.</exception>
    public static async Task<Sidecar> StartAsync(string program, App app, int descriptors, params (string Name, string Value)[] settings)
    {
        var (port, adminPort) = (FreePort(), FreePort());
        var start = new ProcessStartInfo("sh", ["-c", $"ulimit -n {descriptors} && exec \"$0\"", program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["TARGET"] = app.Url;
        start.Environment["SRV_NAME"] = "soak";
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["ADMIN_PORT"] = adminPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["Sidecar__Listener__Address"] = start.Environment["Sidecar__Admin__Address"] = "127.0.0.1";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var sidecar = new Sidecar(start, port, adminPort);
        var waited = Stopwatch.StartNew();
        while (await Visitor.StatusAsync(adminPort, "/readyz", s_pollInterval * 10) != 200)
        {
            if (!sidecar.IsAlive || waited.Elapsed > s_patience)
                throw new IOException($"The sidecar is not ready: {string.Join('\n', sidecar.LastLines)}");
            await Task.Delay(s_pollInterval);
        }

        return sidecar;
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= _kill;
        if (IsAlive)
            Signals.Send(_process.Id, Signals.Kill);
        await _process.WaitForExitAsync();
        await _output;
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("soak - ", StringComparison.Ordinal) || line.StartsWith("info: ", StringComparison.Ordinal))
                continue;
            lock (_lines)
            {
                _lines.Enqueue(line);
                if (_lines.Count > 40)
                    _lines.Dequeue();
            }
        }
    }
}
