using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using SidecarAspire.DataPlane;

namespace SidecarAspire.Bench.Compare;

/// <summary>Has a piece of work done.</summary>
internal static partial class Clients
{
    private const int AnswerBytes = 32;

    /// <summary>Asks, as the work says.</summary>
    /// <returns>How many requests were answered in how many seconds, and what is wrong with that, if anything.</returns>
    public static Task<(long Requests, double Seconds, Quantiles? Latency, string? Failure)> RunAsync(Work work, ProxyAddress address, TimeSpan duration, int rate, CancellationToken cancellationToken) => work.Client switch
    {
        Client.Wrk => WrkAsync(work, address, duration, cancellationToken),
        Client.H2Load => H2LoadAsync(work, address.H2cPort, duration, cancellationToken),
        Client.WebSocket => WebSocketsAsync(work, address.Port, duration, cancellationToken),
        _ => Task.Run(() => Paced(work, address.Port, duration, rate), cancellationToken),
    };

    private static async Task<(long, double, Quantiles?, string?)> WrkAsync(Work work, ProxyAddress address, TimeSpan duration, CancellationToken cancellationToken)
    {
        var output = await OutputAsync(
            [
                "wrk", "-t1", Text($"-c{work.Connections}"), Text($"-d{duration.TotalSeconds}s"), "-s", Path.Combine(Repository.Folder, "bench", "peers", "wrk.lua"), Text($"{address.Scheme}://127.0.0.1:{address.Port}{work.Path}"),
                "--", work.Method, Text($"{work.BodyBytes}"), work.IsClosing ? "close" : "keep-alive", work.IsChunked ? "chunked" : "sized",
            ],
            cancellationToken);
        if (WrkFigures().Match(output) is not { Success: true } match)
            return (0, 0, null, "wrk printed no figures");
        var (requests, micros, errors, statuses) = (Number(match, 1), Number(match, 2), Number(match, 3), Number(match, 4));
        // With a connection each, the last ones are cut off as the time is up.
        var failure = statuses > 0 ? $"{statuses} answers were not 2xx" : errors > (work.IsClosing ? work.Connections : 0) ? $"{errors} requests failed" : requests == 0 ? "no answer" : null;
        return (requests, micros / 1e6, null, failure);
    }

    private static async Task<(long, double, Quantiles?, string?)> H2LoadAsync(Work work, int port, TimeSpan duration, CancellationToken cancellationToken)
    {
        var output = await OutputAsync(["h2load", "-t1", "-c8", "-m4", Text($"-D{duration.TotalSeconds}"), Text($"http://127.0.0.1:{port}{work.Path}")], cancellationToken);
        if (H2LoadFigures().Match(output) is not { Success: true } match)
            return (0, 0, null, "h2load printed no figures");
        var (succeeded, failed) = (Number(match, 1), Number(match, 2));
        return (succeeded, duration.TotalSeconds, null, failed > 0 ? $"{failed} requests failed" : succeeded == 0 ? "no answer" : null);
    }

    private static async Task<(long, double, Quantiles?, string?)> WebSocketsAsync(Work work, int port, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var counts = new long[work.Connections];
        var sockets = await Task.WhenAll(Enumerable.Range(0, work.Connections).Select(async _ =>
        {
            var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri(Text($"ws://127.0.0.1:{port}{work.Path}")), cancellationToken);
            return socket;
        }));
        var begun = Stopwatch.GetTimestamp();
        var talks = sockets.Select((socket, i) => TalkAsync(socket, i)).ToArray();
        await Task.Delay(duration, cancellationToken);
        var (messages, seconds) = (counts.Sum(), Stopwatch.GetElapsedTime(begun).TotalSeconds);
        await over.CancelAsync();
        var failed = (await Task.WhenAll(talks)).Count(well => !well);
        return (messages, seconds, null, failed > 0 ? $"{failed} connections broke" : messages == 0 ? "no answer" : null);

        async Task<bool> TalkAsync(ClientWebSocket socket, int index)
        {
            using (socket)
            {
                var message = new byte[AnswerBytes];
                try
                {
                    while (true)
                    {
                        await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, over.Token);
                        if ((await socket.ReceiveAsync(message.AsMemory(), over.Token)).MessageType == WebSocketMessageType.Close)
                            return false;
                        counts[index]++;
                    }
                }
                catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
                {
                    return over.IsCancellationRequested;
                }
            }
        }
    }

    private static (long, double, Quantiles?, string?) Paced(Work work, int port, TimeSpan duration, int rate)
    {
        try
        {
            var latencies = PacedClient.Run(port, work.Connections, rate, duration, work.Path, AnswerBytes);
            var count = latencies.Count;
            return (count, duration.TotalSeconds, Quantiles.Of(latencies), count < 0.95 * rate * duration.TotalSeconds ? Text($"it could not keep up with {rate} requests a second") : null);
        }
        catch (IOException exception)
        {
            return (0, 0, null, exception.Message);
        }
    }

    private static async Task<string> OutputAsync(string[] command, CancellationToken cancellationToken)
    {
        var pinned = Cores.Others(command);
        using var process = Process.Start(new ProcessStartInfo(pinned[0], pinned[1..]) { RedirectStandardOutput = true })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return output;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static long Number(Match match, int group) => long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^figures (\d+) (\d+) (\d+) (\d+)$", RegexOptions.Multiline)]
    private static partial Regex WrkFigures();

    [GeneratedRegex(@"(\d+) succeeded, (\d+) failed")]
    private static partial Regex H2LoadFigures();
}
