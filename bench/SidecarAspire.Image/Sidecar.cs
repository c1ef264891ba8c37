using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SidecarAspire.Startup;

namespace SidecarAspire.Image;

/// <summary>The sidecar as its image starts it: the program itself, no environment but its own.</summary>
internal sealed class Sidecar : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(2);
    private readonly Process _process;
    private readonly int _port = FreePort();

    private Sidecar(string program, string target)
    {
        // Its access log goes where a container's goes: to somebody who reads it.
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        start.Environment.Clear();
        start.Environment["TARGET"] = target;
        start.Environment["PORT"] = _port.ToString(CultureInfo.InvariantCulture);
        start.Environment["ADMIN_PORT"] = FreePort().ToString(CultureInfo.InvariantCulture);
        start.Environment["Sidecar__Listener__Address"] = start.Environment["Sidecar__Admin__Address"] = "127.0.0.1";
        _process = Process.Start(start)!;
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Its memory (VmRSS) in MB.</summary>
    public double ResidentMegabytes =>
        long.Parse(File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;

    /// <summary>Starts it and waits for the first response of the application.</summary>
    /// <returns>The sidecar, and how long that took.</returns>
    /// <exception cref="IOException">It ended, or did not respond in half a minute.</exception>
    public static async Task<(Sidecar Sidecar, TimeSpan Took)> StartAsync(string program, string target)
    {
        var watch = Stopwatch.StartNew();
        var sidecar = new Sidecar(program, target);
        while (true)
        {
            try
            {
                using var client = await Client.OpenAsync(sidecar._port);
                await client.GetAsync();
                return (sidecar, watch.Elapsed);
            }
            catch (SocketException) when (!sidecar._process.HasExited && watch.Elapsed < s_patience)
            {
                await Task.Delay(s_pollInterval);
            }
            catch (SocketException)
            {
                sidecar.Dispose();
                throw new IOException($"{program} did not respond");
            }
        }
    }

    /// <summary>Sends requests over so many connections, each as fast as it can.</summary>
    /// <returns>How many.</returns>
    public async Task<int> LoadAsync(int connections, TimeSpan duration)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            using var client = await Client.OpenAsync(_port);
            var count = 0;
            for (; watch.Elapsed < duration; count++)
                await client.GetAsync();
            return count;
        }));
        return counts.Sum();
    }

    public void Dispose()
    {
        Signals.Send(_process.Id, Signals.Kill);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
