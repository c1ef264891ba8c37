using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SidecarAspire.Startup;

namespace SidecarAspire.Soak;

/// <summary>Waves of 1,200 connections each, against a sidecar with few file descriptors. A stall is a wave after which a request is not responded to within ten seconds.</summary>
internal static class Waves
{
    private const int Connections = 1_200;
    private const int Spare = 8;

    private static readonly TimeSpan s_hold = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static async Task MeasureAsync(string program, int descriptors, int waves, FigureTable figures)
    {
        await using var app = await App.StartAsync();
        // So that what it keeps open to the application ends, too.
        await using var sidecar = await Sidecar.StartAsync(program, app, descriptors, ("Sidecar__Upstream__IdleConnectionTimeout", "2s"));
        // What is loaded late is loaded now.
        await RunAsync(sidecar.Port, 8);
        await Visitor.StatusAsync(sidecar.AdminPort, "/metrics", s_patience);
        var before = sidecar.Descriptors;
        var probe = new Probe(sidecar);
        var (stalls, worst) = (0, 0.0);
        var watch = Stopwatch.StartNew();
        for (var wave = 0; wave < waves && sidecar.IsAlive; wave++)
        {
            await RunAsync(sidecar.Port, Connections);
            var begin = Stopwatch.GetTimestamp();
            if (await Visitor.StatusAsync(sidecar.Port, "/", s_patience) != 200)
                stalls++;
            worst = Math.Max(worst, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        await probe.DisposeAsync();
        var after = await Recovery.OfAsync(sidecar, before + Spare);
        Console.WriteLine($"{descriptors} descriptors: {waves} waves of {Connections} connections in {watch.Elapsed.TotalSeconds:0} s; /livez {probe.Asked} times, worst {probe.Worst:0} ms; first request after a wave, worst {worst:0} ms; descriptors {before} before, {after.Descriptors} after");
        figures.Add($"{descriptors}: deaths", sidecar.IsAlive ? 0 : 1, 0);
        figures.Add($"{descriptors}: stalls", stalls, 0);
        figures.Add($"{descriptors}: /livez other than 200", probe.Failed, 0);
        figures.Add($"{descriptors}: descriptors that are not given back", Math.Max(0, after.Descriptors - before - Spare), 0);
        figures.Add($"{descriptors}: connections that are not given back", after.Open, 0);
        if (!figures.AllMet)
            Console.WriteLine(string.Join('\n', sidecar.LastLines));
    }

    private static async Task RunAsync(int port, int connections)
    {
        using var over = new CancellationTokenSource(s_patience);
        var sockets = new List<Socket>();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async number =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            lock (sockets)
                sockets.Add(socket);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, over.Token);
                await ActAsync(socket, number, over.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // That is for the sidecar to decide.
            }
        }));
        await Task.Delay(s_hold, CancellationToken.None);
        for (var i = 0; i < sockets.Count; i++)
        {
            if (i % 2 == 0)
                sockets[i].LingerState = new(true, 0);
            sockets[i].Dispose();
        }
    }

    private static async Task ActAsync(Socket socket, int number, CancellationToken cancellationToken)
    {
        switch (number % 6)
        {
            case 0:
                break;
            case 1:
                await socket.SendAsync("GET / HTTP/1.1\r\nHost: soak\r\n\r\n"u8.ToArray(), cancellationToken);
                break;
            case 2:
                await socket.SendAsync("GET /hold HTTP/1.1\r\nHost: soak\r\n\r\n"u8.ToArray(), cancellationToken);
                break;
            case 3:
                await socket.SendAsync("GET / HTTP/1.1\r\nHost: so"u8.ToArray(), cancellationToken);
                break;
            case 4:
                await socket.SendAsync("POST / HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"u8.ToArray(), cancellationToken);
                break;
            default:
                await socket.SendAsync("GET /big HTTP/1.1\r\nHost: soak\r\n\r\n"u8.ToArray(), cancellationToken);
                await Task.Delay(number % 50, cancellationToken);
                socket.Close(0);
                break;
        }
    }
}
