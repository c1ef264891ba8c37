using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;
using SidecarAspire.DataPlane;

namespace SidecarAspire.Bench.Compare;

/// <summary>Sends what a row asks for.</summary>
internal sealed partial class Clients(Cores cores, Credentials credentials)
{
    private const int PacedConnections = 32;

    // Every response to a paced request has 32 bytes.
    private const int BodyBytes = 32;

    /// <summary>As fast as responses come.</summary>
    public Task<Result> RunAsync(Row row, Proxy proxy, TimeSpan duration, CancellationToken cancellationToken) => row.Client switch
    {
        Client.Wrk => WrkAsync(row, proxy.Port, duration, cancellationToken),
        Client.H2Load => H2LoadAsync(row, proxy, duration, cancellationToken),
        Client.WebSocket => WebSocketsAsync(row, proxy.Port, duration, cancellationToken),
        _ => PacedAsync(row, proxy, 0, duration),
    };

    /// <summary>At a rate; latency counts from when a request was due.</summary>
    public Task<Result> PacedAsync(Row row, Proxy proxy, double rate, TimeSpan duration) => Task.Run(() =>
    {
        try
        {
            var latencies = PacedClient.Run(proxy.Port, PacedConnections, rate, duration, Request(row), BodyBytes, row.IsTls ? credentials.Client : null);
            return new Result(latencies.Count, duration.TotalSeconds, Quantiles.Of(latencies), latencies.Count == 0 ? "no response" : null);
        }
        catch (IOException exception)
        {
            return new Result(0, 0, null, exception.Message);
        }
    });

    /// <summary>Opens connections that have one response each, and wait.</summary>
    /// <exception cref="BenchException">Not all of them were served.</exception>
    public static async Task<IReadOnlyList<Socket>> OpenIdleAsync(Row row, Proxy proxy, CancellationToken cancellationToken)
    {
        var sockets = new Socket[row.IdleConnections];
        try
        {
            await Parallel.ForAsync(0, sockets.Length, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken }, async (i, token) =>
            {
                // Closed by a reset, so that no port stays taken.
                sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) };
                await sockets[i].ConnectAsync(IPAddress.Loopback, proxy.Port, token);
                await sockets[i].SendAsync("GET /32 HTTP/1.1\r\nHost: bench\r\n\r\n"u8.ToArray(), token);
                var buffer = new byte[1024];
                if (await sockets[i].ReceiveAsync(buffer, token) == 0 || !buffer.AsSpan().StartsWith("HTTP/1.1 200"u8))
                    throw new IOException("the response is not 200");
            });
            return sockets;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            foreach (var socket in sockets)
                socket?.Dispose();
            throw new BenchException($"{row.IdleConnections} connections could not be opened: {exception.Message}");
        }
    }

    private async Task<Result> WrkAsync(Row row, int port, TimeSpan duration, CancellationToken cancellationToken)
    {
        string[] token = row.Setup == Setup.Jwt ? [credentials.Token] : [];
        var output = await Tool.OutputAsync(
            cores.Others([
                "wrk", "-t1", Text($"-c{row.Connections}"), Text($"-d{duration.TotalSeconds}s"), "-s", Path.Combine(Repository.Folder, "bench", "peers", "wrk.lua"), Text($"{(row.IsTls ? "https" : "http")}://127.0.0.1:{port}{row.Path}"),
                "--", row.BodyBytes > 0 ? "POST" : "GET", Text($"{row.BodyBytes}"), row.IsClosing ? "close" : "keep-alive", row.IsChunked ? "chunked" : "sized", .. token,
            ]),
            cancellationToken);
        if (WrkFigures().Match(output) is not { Success: true } match)
            return new(0, 0, null, $"wrk: {output.Trim()}");
        var (requests, errors, statuses) = (Number(match, 1), Number(match, 3), Number(match, 4));
        // With a connection each, the last ones are cut off as the time is up.
        var failure = statuses > 0 ? $"{statuses} responses were not 2xx" : errors > (row.IsClosing ? row.Connections : 0) ? $"{errors} requests failed" : requests == 0 ? "no response" : null;
        return new(requests, Number(match, 2) / 1e6, new(Number(match, 5) / 1e3, Number(match, 6) / 1e3, Number(match, 7) / 1e3), failure);
    }

    private async Task<Result> H2LoadAsync(Row row, Proxy proxy, TimeSpan duration, CancellationToken cancellationToken)
    {
        var log = Path.Combine(proxy.Folder, "h2load.log");
        File.Delete(log);
        string[] call = [];
        if (row.App == AppKind.Grpc)
        {
            var message = Path.Combine(proxy.Folder, "message.bin");
            await File.WriteAllBytesAsync(message, [0, 0, 0, 0, 32, .. new byte[32]], cancellationToken);
            call = ["-d", message, "-H", "content-type: application/grpc", "-H", "te: trailers"];
        }

        var output = await Tool.OutputAsync(
            cores.Others(["h2load", "-t1", "-c8", "-m4", Text($"-D{duration.TotalSeconds}"), $"--log-file={log}", .. call, Text($"{(row.IsTls ? "https" : "http")}://127.0.0.1:{proxy.Port}{row.Path}")]),
            cancellationToken);
        if (H2LoadFigures().Match(output) is not { Success: true } match)
            return new(0, 0, null, $"h2load: {output.Trim()}");
        var (requests, others) = (Number(match, 1), Number(match, 2) + Number(match, 3) + Number(match, 4));
        var latencies = (await File.ReadAllLinesAsync(log, cancellationToken)).Select(line => double.Parse(line.Split('\t')[2], CultureInfo.InvariantCulture) / 1e6).ToList();
        return new(requests, duration.TotalSeconds, Quantiles.Of(latencies), others > 0 ? $"{others} responses were not 2xx" : requests == 0 ? "no response" : null);
    }

    private static async Task<Result> WebSocketsAsync(Row row, int port, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var latencies = Enumerable.Range(0, row.Connections).Select(_ => new List<double>()).ToList();
        var sockets = await Task.WhenAll(latencies.Select(async _ =>
        {
            var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri(Text($"ws://127.0.0.1:{port}{row.Path}")), cancellationToken);
            return socket;
        }));
        var begun = Stopwatch.GetTimestamp();
        var talks = sockets.Zip(latencies, TalkAsync).ToArray();
        await Task.Delay(duration, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await over.CancelAsync();
        var failed = (await Task.WhenAll(talks)).Count(isWhole => !isWhole);
        var all = latencies.SelectMany(some => some).ToList();
        return new(all.Count, seconds, Quantiles.Of(all), failed > 0 ? $"{failed} connections broke" : all.Count == 0 ? "no response" : null);

        async Task<bool> TalkAsync(ClientWebSocket socket, List<double> latencies)
        {
            using (socket)
            {
                var message = new byte[BodyBytes];
                try
                {
                    while (true)
                    {
                        var sent = Stopwatch.GetTimestamp();
                        await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, over.Token);
                        if ((await socket.ReceiveAsync(message.AsMemory(), over.Token)).MessageType == WebSocketMessageType.Close)
                            return false;
                        latencies.Add(Stopwatch.GetElapsedTime(sent).TotalSeconds);
                    }
                }
                catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
                {
                    return over.IsCancellationRequested;
                }
            }
        }
    }

    private byte[] Request(Row row)
    {
        var token = row.Setup == Setup.Jwt ? $"Authorization: Bearer {credentials.Token}\r\n" : "";
        var length = row.BodyBytes > 0 ? Text($"Content-Length: {row.BodyBytes}\r\n") : "";
        return Encoding.ASCII.GetBytes($"{(row.BodyBytes > 0 ? "POST" : "GET")} {row.Path} HTTP/1.1\r\nHost: bench\r\n{token}{length}\r\n{new string('x', row.BodyBytes)}");
    }

    private static long Number(Match match, int group) => long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex(@"^figures (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", RegexOptions.Multiline)]
    private static partial Regex WrkFigures();

    [GeneratedRegex(@"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx")]
    private static partial Regex H2LoadFigures();
}
