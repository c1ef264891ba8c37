using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SidecarAspire.Rollout;

/// <summary>One of two sidecars, as a process, and what a load balancer knows of it.</summary>
internal sealed class Replica : IDisposable
{
    public const int Terminate = 15;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(300);

    private readonly TaskCompletionSource _firstReady = new();
    private volatile bool _isReady;
    private int _served;

    private Replica(Process process, int port, int adminPort) => (Process, Port, AdminPort) = (process, port, adminPort);

    public static TimeSpan DrainDelay { get; } = TimeSpan.FromSeconds(1);

    public Process Process { get; }

    public int Port { get; }

    public int AdminPort { get; }

    public bool IsReady => _isReady;

    public Task FirstReady => _firstReady.Task;

    public int Served => Volatile.Read(ref _served);

    public static Replica Start(string target, TimeSpan drainTimeout, params (string Name, string Value)[] settings)
    {
        var (port, adminPort) = (FreePort(), FreePort());
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Sidecar.Proxy.dll"));
        start.Environment["TARGET"] = target;
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["ADMIN_PORT"] = adminPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["Sidecar__Listener__Address"] = start.Environment["Sidecar__Admin__Address"] = "127.0.0.1";
        start.Environment["Sidecar__Lifecycle__DrainDelay"] = Seconds(DrainDelay);
        start.Environment["Sidecar__Lifecycle__DrainTimeout"] = Seconds(drainTimeout);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        // The access log: read, so that it cannot fill the pipe, and not kept.
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return new Replica(process, port, adminPort);
    }

    /// <summary>Asks for readiness again and again, as a kubelet does.</summary>
    public async Task FollowReadinessAsync(CancellationToken over)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{AdminPort}"), Timeout = TimeSpan.FromSeconds(5) };
        using var timer = new PeriodicTimer(ProbeInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
                await AskAsync(http, over);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
        }
    }

    public void CountServed() => Interlocked.Increment(ref _served);

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill();
        Process.Dispose();
    }

    private async Task AskAsync(HttpClient http, CancellationToken over)
    {
        try
        {
            using var answer = await http.GetAsync("/readyz", over);
            _isReady = answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            _isReady = false;
        }

        if (_isReady)
            _firstReady.TrySetResult();
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s";

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
