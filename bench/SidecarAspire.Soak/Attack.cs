using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SidecarAspire.Soak;

/// <summary>Something that clients do to make the sidecar hold memory.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Connections">How many do it at once.</param>
/// <param name="Pieces">What each of them sends; it reads nothing and keeps its connection open.</param>
internal sealed record Attack(string Name, int Connections, params byte[][] Pieces)
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(6);
    private static readonly byte[] s_body = new byte[64 * 1024];

    /// <summary>Those in cleartext.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        new("half heads", 3_000, Half(31_000)),
        new("idle connections after a request", 3_000, Get("/")),
        new("responses nobody reads", 1_500, Get("/big")),
        new("bodies the application does not read", 1_500, [Post("/stall", 10_000_000), .. Long]),
        new("bodies without a response", 1_500, Post("/hold", 60_000), s_body[..60_000]),
        new("bodies without an end", 1_500, Post("/", 65_000), s_body[..60_000]),
        new("pipelines nobody reads", 1_500, [.. Enumerable.Repeat(Get("/"), 4_000).SelectMany(one => one)]),
        new("pipelines with large heads", 1_000, [.. Enumerable.Repeat(Get("/big", 20_000), 20).SelectMany(one => one)]),
        new("tunnels nobody reads", 1_000, ["GET /tunnel HTTP/1.1\r\nHost: soak\r\nConnection: Upgrade\r\nUpgrade: soak\r\n\r\n"u8.ToArray(), .. Long]),
        new("HTTP/2: held streams", 1_000, Streams(100, number => Http2.Request(number, "GET", "/hold", ends: true))),
        new("HTTP/2: large heads, nobody reads", 600, Streams(40, number => Http2.Request(number, "GET", "/big", ends: true, 24_000))),
        new("HTTP/2: bodies the application does not read", 600, Streams(40, number => [.. Http2.Request(number, "POST", "/stall", ends: false), .. Http2.Body(number, 16_000)])),
        new("HTTP/2: bodies without an end", 600, Streams(40, number => [.. Http2.Request(number, "POST", "/", ends: false), .. Http2.Body(number, 16_000)])),
        new("HTTP/2: heads without an end", 1_000, HalfHeads()),
        new("HTTP/2: pings nobody reads", 300, [.. Http2.Preface, .. Enumerable.Repeat(Http2.Frame(6, 0, 0, new byte[8]), 20_000).SelectMany(one => one)]),
        new("HTTP/2: settings nobody reads", 300, [.. Http2.Preface, .. Enumerable.Repeat(Http2.Frame(4, 0, 0, []), 20_000).SelectMany(one => one)]),
        new("HTTP/2: resets", 300, Streams(2_000, number => [.. Http2.Request(number, "GET", "/big", ends: true), .. Http2.Frame(3, 0, number, [0, 0, 0, 8])])),
    ];

    /// <summary>Has them all do it, and leave after some seconds.</summary>
    public async Task RunAsync(int port, Func<Socket, CancellationToken, Task<Stream>> openAsync)
    {
        using var over = new CancellationTokenSource(s_hold);
        var sockets = new List<Socket>();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new(true, 0) };
            lock (sockets)
                sockets.Add(socket);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, over.Token);
                var stream = await openAsync(socket, over.Token);
                foreach (var piece in Pieces)
                    await stream.WriteAsync(piece, over.Token);
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                return;
            }
        }));
        while (!over.IsCancellationRequested)
            await Task.Delay(100, CancellationToken.None);
        foreach (var socket in sockets)
            socket.Dispose();
    }

    private static byte[][] Long => [.. Enumerable.Repeat(s_body, 32)];

    private static byte[] Half(int bytes) => [.. "GET / HTTP/1.1\r\nHost: soak\r\n"u8, .. Field(bytes)];

    private static byte[] Get(string path, int headBytes = 0) => [.. Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: soak\r\n"), .. headBytes == 0 ? [] : Field(headBytes), .. "\r\n"u8];

    private static byte[] Post(string path, int bytes) => Encoding.Latin1.GetBytes($"POST {path} HTTP/1.1\r\nHost: soak\r\nIdempotency-Key: 1\r\nContent-Length: {bytes}\r\n\r\n");

    private static byte[] Field(int bytes) => Encoding.Latin1.GetBytes($"X-Filler: {new string('x', bytes)}\r\n");

    private static byte[] Streams(int count, Func<int, byte[]> stream) => [.. Http2.Preface, .. Enumerable.Range(0, count).SelectMany(number => stream((2 * number) + 1))];

    private static byte[] HalfHeads()
    {
        var whole = Http2.Request(1, "GET", "/", ends: true, 30_000);
        return [.. Http2.Preface, .. whole.AsSpan(0, whole.Length - 100)];
    }
}
