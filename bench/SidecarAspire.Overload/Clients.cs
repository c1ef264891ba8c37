using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SidecarAspire.Overload;

/// <summary>
/// Clients that come at a steady rate, whatever becomes of those before them, and give up after half a second. Latency counts from when
/// a request was due.
/// </summary>
internal sealed partial class Clients(int port, Outcome outcome)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] Request = "GET /work HTTP/1.1\r\nHost: bench\r\n\r\n"u8.ToArray();

    private readonly ConcurrentStack<Socket> _idle = new();
    private int _open;

    /// <summary>Offers so many requests a second.</summary>
    public static Outcome Offer(int port, double perSecond, TimeSpan duration)
    {
        var outcome = new Outcome(duration);
        var clients = new Clients(port, outcome);
        // A thread of its own: .NET's timers are a millisecond late.
        var thread = new Thread(() => clients.Offer(perSecond, duration));
        thread.Start();
        thread.Join();
        return outcome;
    }

    /// <summary>Has so many clients ask one request after the other.</summary>
    public static async Task<Outcome> SaturateAsync(int port, int count, TimeSpan duration)
    {
        var outcome = new Outcome(duration);
        var clients = new Clients(port, outcome);
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            while (Stopwatch.GetTimestamp() is var now && now < end)
                await clients.AskAsync(now);
        }));
        return outcome;
    }

    private void Offer(double perSecond, TimeSpan duration)
    {
        var begin = Stopwatch.GetTimestamp();
        var count = (long)(perSecond * duration.TotalSeconds);
        for (var i = 0L; i < count; i++)
        {
            var due = begin + (long)(i / perSecond * Stopwatch.Frequency);
            SleepUntil(due);
            _ = AskAsync(due);
        }

        SleepUntil(Stopwatch.GetTimestamp() + (long)(2 * Patience.TotalSeconds * Stopwatch.Frequency));
        while (Volatile.Read(ref _open) > 0)
            Thread.Yield();
        while (_idle.TryPop(out var socket))
            socket.Dispose();
    }

    private async Task AskAsync(long due)
    {
        Interlocked.Increment(ref _open);
        using var patience = new CancellationTokenSource(Patience);
        if (!_idle.TryPop(out var socket))
            socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new(true, 0) };
        try
        {
            if (!socket.Connected)
                await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            await socket.SendAsync(Request, patience.Token);
            Count(await ReadAsync(socket, patience.Token), Stopwatch.GetElapsedTime(due).TotalMilliseconds);
            _idle.Push(socket);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref outcome.GivenUp);
            socket.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            Interlocked.Increment(ref outcome.Failed);
            socket.Dispose();
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private void Count(int status, double latency)
    {
        if (status == 200)
            outcome.Served.Enqueue(latency);
        else if (status == 503)
            outcome.Shed.Enqueue(latency);
        else
            Interlocked.Increment(ref outcome.Failed);
    }

    /// <summary>Reads a whole answer and returns its status.</summary>
    private static async Task<int> ReadAsync(Socket socket, CancellationToken patience)
    {
        var buffer = new byte[2048];
        var received = 0;
        while (true)
        {
            received += await socket.ReceiveAsync(buffer.AsMemory(received), patience) is > 0 and var count ? count : throw new IOException("the connection was closed");
            var head = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
            if (head >= 0 && received == head + 4 + Length(buffer.AsSpan(0, head)))
                return int.Parse(buffer.AsSpan("HTTP/1.1 ".Length, 3), System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private static int Length(ReadOnlySpan<byte> head)
    {
        var rest = head[(head.IndexOf("Content-Length: "u8) + "Content-Length: ".Length)..];
        var end = rest.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? rest : rest[..end], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void SleepUntil(long timestamp)
    {
        var left = timestamp - Stopwatch.GetTimestamp();
        if (left <= 0)
            return;
        var (seconds, rest) = Math.DivRem(left, Stopwatch.Frequency);
        _ = NanoSleep(new TimeSpec(checked((nint)seconds), checked((nint)(rest * 1_000_000_000 / Stopwatch.Frequency))), 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec duration, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
