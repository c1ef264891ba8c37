using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SidecarAspire.Startup;

namespace SidecarAspire.Bench.Compare;

/// <summary>A server as a process of its own; what it prints goes to a file, as it would with a container's log.</summary>
internal sealed class Server : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private Server(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts it and waits until it accepts connections.</summary>
    /// <exception cref="BenchException">It ended, or it does not accept any.</exception>
    public static async Task<Server> StartAsync(string name, string[] command, Dictionary<string, string> environment, int port, string folder, CancellationToken cancellationToken)
    {
        var log = Path.Combine(folder, "output.log");
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" > \"$0\" 2>&1", log, .. command]) { WorkingDirectory = folder };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var begun = Stopwatch.GetTimestamp();
        var server = new Server(Process.Start(start)!);
        while (!await IsOpenAsync(port, cancellationToken))
        {
            if (server._process.HasExited)
                throw new BenchException($"{name} ended with {server._process.ExitCode}: {File.ReadLines(log).LastOrDefault()} (bench/peers/install.sh installs what is needed)");
            if (Stopwatch.GetElapsedTime(begun) > Patience)
            {
                server.Dispose();
                throw new BenchException($"{name} did not listen within {Patience.TotalSeconds:0} s.");
            }

            await Task.Delay(5, cancellationToken);
        }

        return server;
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Asks it to end, without waiting.</summary>
    public void Stop() => Signals.Send(_process.Id, 15);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Stop();
            if (!_process.WaitForExit(Patience))
                _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static async Task<bool> IsOpenAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
