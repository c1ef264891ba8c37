using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using SidecarAspire.Startup;

namespace SidecarAspire.DataPlane;

/// <summary>
/// 200 000 requests, most of them plain, among them uploads, upgrades, aborts and slow readers. Each carries an id, by which the
/// application's arrivals and the access log are counted.
/// </summary>
internal sealed class Soak(App app, Sidecar sidecar) : IDisposable
{
    private const int Requests = 200_000;
    private const int Clients = 32;
    private const int RequestsPerSample = 2_000;
    // A failure may take the whole of Patience; more of them tell nothing new.
    private const int MostFailures = 20;
    private const int SlowReaderBytes = 4 << 20;

    // Writes to a connection that is gone return at once, and Kestrel tells of it a little later: the app must not be done by then.
    private const long EndlessBytes = 1L << 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SlowReaderPause = TimeSpan.FromMilliseconds(2);
    private static readonly byte[] Body = new byte[256 * 1024];

    private readonly HttpMessageInvoker _upgrades = new(new SocketsHttpHandler());
    private readonly ConcurrentQueue<string> _failures = [];
    private readonly ConcurrentQueue<long> _resident = [];
    private readonly ConcurrentDictionary<string, int> _kinds = [];
    private int _sent;
    private int _notArrivedOnce;

    public static async Task MeasureAsync(App app, FigureTable figures)
    {
        var ledger = new LogLedger(Requests);
        using var sidecar = await Sidecar.StartAsync(app.Url, "Json", ledger.Add);
        using var soak = new Soak(app, sidecar);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => soak.RunAsync()));
        var exitCode = await sidecar.StopAsync();
        soak.Report(figures);
        ledger.Report(figures);
        figures.Add("exit code", exitCode, 0);
    }

    public void Dispose() => _upgrades.Dispose();

    private static string IdOf(int number) => LogLedger.Prefix + number.ToString(CultureInfo.InvariantCulture);

    private static string Field(string id) => $"X-Request-Id: {id}";

    private void Report(FigureTable figures)
    {
        Console.WriteLine($"  {string.Join(", ", _kinds.OrderBy(kind => kind.Key).Select(kind => $"{kind.Value} {kind.Key}"))}");
        foreach (var failure in _failures.Take(5))
            Console.WriteLine($"  {failure}");
        figures.Add($"lost of {Requests} requests", _failures.Count, 0);
        figures.Add("requests not sent because too many were lost", Math.Max(0, Requests - _kinds.Values.Sum()), 0);
        figures.Add("requests the app did not get exactly once", _notArrivedOnce, 0);
        var samples = _resident.ToArray();
        var (least, most) = (samples[(samples.Length / 2)..].Min(), samples[(samples.Length / 2)..].Max());
        Console.WriteLine($"  RSS {samples[0] / 1e6:0.0} MB at the start, {samples[samples.Length / 2] / 1e6:0.0} at half, {samples[^1] / 1e6:0.0} at the end; {least / 1e6:0.0} to {most / 1e6:0.0} in the second half");
        figures.AddBelow("RSS over the second half, highest over lowest", 100.0 * (most - least) / least, 10, "%");
    }

    private async Task RunAsync()
    {
        ClientConnection? kept = null;
        while (_failures.Count < MostFailures && Interlocked.Increment(ref _sent) is var number && number <= Requests)
        {
            if (number % RequestsPerSample == 0)
                _resident.Enqueue(sidecar.ResidentBytes);
            var id = IdOf(number);
            var visit = app.Follow(id);
            try
            {
                if (KindOf(number) is { } special)
                    await special(number, id, visit).WaitAsync(Patience);
                else
                    await PlainAsync(kept ??= await ClientConnection.OpenAsync(sidecar.Port), id).WaitAsync(Patience);
            }
            catch (Exception exception) when (exception is IOException or SocketException or WebSocketException or TimeoutException)
            {
                _failures.Enqueue($"{id}: {exception.Message}");
                kept?.Dispose();
                kept = null;
            }

            if (visit.Arrivals != 1)
                Interlocked.Increment(ref _notArrivedOnce);
            app.Forget(id);
        }

        kept?.Dispose();
    }

    private Func<int, string, Visit, Task>? KindOf(int number) => (number % 50, number % 200) switch
    {
        (_, 0) => UpgradeAsync,
        (_, 100) => ReadSlowlyAsync,
        (10, _) => UploadAsync,
        (20, _) => AbortAsync,
        _ => null,
    };

    private async Task PlainAsync(ClientConnection connection, string id)
    {
        Count("plain");
        Expect("/" + id, await connection.GetAsync("/" + id, Field(id)));
    }

    private async Task UploadAsync(int number, string id, Visit visit)
    {
        using var connection = await ClientConnection.OpenAsync(sidecar.Port);
        // No order in the sizes: an order would show in the memory.
        var size = number * 7919 % Body.Length;
        if (number % 100 == 10)
        {
            Count("sized uploads");
            await connection.SendHeadAsync("POST", "/upload", Field(id), $"Content-Length: {size}");
            await connection.SendAsync(Body.AsMemory(0, size));
        }
        else
        {
            Count("chunked uploads");
            await connection.SendHeadAsync("POST", "/upload", Field(id), "Transfer-Encoding: chunked");
            await connection.SendAsync(System.Text.Encoding.Latin1.GetBytes($"{size:x}\r\n"));
            await connection.SendAsync(Body.AsMemory(0, size));
            await connection.SendAsync("\r\n0\r\n\r\n"u8.ToArray());
        }

        Expect(size.ToString(CultureInfo.InvariantCulture), await connection.ReadTextAsync());
    }

    private async Task ReadSlowlyAsync(int number, string id, Visit visit)
    {
        Count("slow readers");
        using var connection = await ClientConnection.OpenAsync(sidecar.Port);
        await connection.SendHeadAsync("GET", $"/download/{SlowReaderBytes}", Field(id));
        var (_, left) = await connection.ReadHeadAsync();
        if (left != SlowReaderBytes)
            throw new IOException($"{left} bytes instead of {SlowReaderBytes}");
        while (left > 0)
        {
            left -= (await connection.ReadBodyAsync(left)).Length;
            await Task.Delay(SlowReaderPause);
        }
    }

    private async Task UpgradeAsync(int number, string id, Visit visit)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Request-Id", id);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{sidecar.Port}/socket"), _upgrades, CancellationToken.None);
        var message = new byte[1024];
        for (var i = 0; i < 4; i++)
        {
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            for (var left = message.Length; left > 0;)
                left -= (await socket.ReceiveAsync(message.AsMemory(0, left), CancellationToken.None)).Count;
        }

        if (number % 400 == 0)
        {
            Count("upgrades, broken off");
            socket.Abort();
            await visit.BrokenOff;
        }
        else
        {
            Count("upgrades, closed");
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
    }

    /// <summary>The client goes once the application has the request, in one of three states, and the application must hear of it.</summary>
    private async Task AbortAsync(int number, string id, Visit visit)
    {
        using (var connection = await ClientConnection.OpenAsync(sidecar.Port))
        {
            switch (number / 50 % 3)
            {
                case 0:
                    Count("aborts before the answer");
                    await connection.SendHeadAsync("GET", "/hold", Field(id));
                    break;
                case 1:
                    Count("aborts in the upload");
                    await connection.SendHeadAsync("POST", "/upload", Field(id), $"Content-Length: {2 * Body.Length}");
                    await connection.SendAsync(Body);
                    break;
                default:
                    Count("aborts in the download");
                    await connection.SendHeadAsync("GET", $"/download/{EndlessBytes}", Field(id));
                    await connection.ReadHeadAsync();
                    break;
            }

            await visit.Arrived;
        }

        await visit.BrokenOff;
    }

    private void Count(string kind) => _kinds.AddOrUpdate(kind, 1, static (_, count) => count + 1);

    private static void Expect(string expected, string answer)
    {
        if (answer != expected)
            throw new IOException($"expected '{expected}', got '{answer}'");
    }
}
