using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SidecarAspire.Startup;

namespace SidecarAspire.Image;

/// <summary>How long the sidecar takes from its start as a process until <c>/readyz</c> says so, its application being up.</summary>
internal static class ColdStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    private static readonly byte[] Ready = Encoding.ASCII.GetBytes("HTTP/1.1 200");

    /// <summary>Starts the sidecar once.</summary>
    /// <param name="program">Its file.</param>
    /// <exception cref="IOException">It ended, or was not ready in half a minute.</exception>
    public static async Task<TimeSpan> MeasureAsync(string program)
    {
        using var app = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        app.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        app.Listen();
        var admin = FreePort();
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        // As in a container: nothing of this machine's environment.
        start.Environment.Clear();
        start.Environment["TARGET"] = $"http://{app.LocalEndPoint}";
        start.Environment["PORT"] = FreePort().ToString(CultureInfo.InvariantCulture);
        start.Environment["ADMIN_PORT"] = admin.ToString(CultureInfo.InvariantCulture);
        start.Environment["Sidecar__Listener__Address"] = start.Environment["Sidecar__Admin__Address"] = "127.0.0.1";

        var watch = Stopwatch.StartNew();
        using var sidecar = Process.Start(start)!;
        try
        {
            while (!await IsReadyAsync(admin))
            {
                if (sidecar.HasExited)
                    throw new IOException($"{program} ended with {sidecar.ExitCode}: {await sidecar.StandardError.ReadToEndAsync()}");
                if (watch.Elapsed > Patience)
                    throw new IOException($"{program} was not ready after {Patience.TotalSeconds:0} s");
                await Task.Delay(PollInterval);
            }

            return watch.Elapsed;
        }
        finally
        {
            Signals.Send(sidecar.Id, Signals.Kill);
            await sidecar.WaitForExitAsync();
        }
    }

    private static async Task<bool> IsReadyAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(Request);
            var answer = new byte[Ready.Length];
            for (var read = 0; read < answer.Length;)
            {
                var count = await socket.ReceiveAsync(answer.AsMemory(read));
                if (count == 0)
                    return false;
                read += count;
            }

            return answer.AsSpan().SequenceEqual(Ready);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
