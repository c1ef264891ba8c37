using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SidecarAspire.Startup;

namespace SidecarAspire.Bench.Compare;

/// <summary>A server as a process of its own; what it prints goes to a file, as it would with a container's log.</summary>
internal sealed class Server : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    // It only asks whether a server of this run answers; the certificate is the run's own.
    private static readonly HttpClient Http = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator })
    {
        Timeout = TimeSpan.FromSeconds(5),
        DefaultRequestHeaders = { ConnectionClose = true },
    };

    private readonly Process _process;

    private Server(Process process, ProxyAddress address) => (_process, Address) = (process, address);

    public ProxyAddress Address { get; }

    public int Id => _process.Id;

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Starts it and waits for its first answer.</summary>
    /// <exception cref="BenchException">It ended, or it does not answer.</exception>
    public static async Task<Server> StartAsync(string name, string[] command, Dictionary<string, string> environment, ProxyAddress address, string path, CancellationToken cancellationToken)
    {
        var log = Path.Combine(address.Folder, "output.log");
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" > \"$0\" 2>&1", log, .. command]) { WorkingDirectory = address.Folder };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var begun = Stopwatch.GetTimestamp();
        var server = new Server(Process.Start(start)!, address);
        while (true)
        {
            if (server._process.HasExited)
                throw new BenchException($"{name} ended with {server._process.ExitCode}: {File.ReadLines(log).LastOrDefault()} (bench/peers/install.sh installs what is needed)");
            if (await AnswersAsync(address, path, cancellationToken))
                break;
            if (Stopwatch.GetElapsedTime(begun) > Patience)
            {
                server.Dispose();
                throw new BenchException($"{name} did not answer {path} within {Patience.TotalSeconds:0} s.");
            }

            await Task.Delay(2, cancellationToken);
        }

        server.StartTime = Stopwatch.GetElapsedTime(begun);
        return server;
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Signals.Send(_process.Id, 15);
            if (!_process.WaitForExit(Patience))
                _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(ProxyAddress address, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Http.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://127.0.0.1:{address.Port}{path}"), cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.UpgradeRequired;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
