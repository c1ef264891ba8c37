using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Text;

namespace SidecarAspire.DataPlane;

/// <summary>
/// A connection with a thread of its own: timers and thread pools of .NET wake up to a millisecond late, more than what is measured.
/// </summary>
internal sealed partial class PacedClient(int port, byte[] request, int bodyBytes, SslClientAuthenticationOptions? tls)
{
    /// <summary>Many connections for a while.</summary>
    /// <param name="port">Whom to ask.</param>
    /// <param name="connections">How many.</param>
    /// <param name="rate">How many requests a second, all connections together; 0 for as many as are answered.</param>
    /// <param name="duration">How long.</param>
    /// <param name="request">What to send.</param>
    /// <param name="bodyBytes">How long each answer's body is.</param>
    /// <param name="tls">How to speak TLS, or null.</param>
    /// <returns>The latencies in seconds, each counted from when its request was due, sent or not.</returns>
    /// <exception cref="IOException">A request was not answered with 200 and that many bytes.</exception>
    public static List<double> Run(int port, int connections, double rate, TimeSpan duration, byte[]? request = null, int bodyBytes = 7, SslClientAuthenticationOptions? tls = null)
    {
        request ??= "GET /served HTTP/1.1\r\nHost: bench\r\n\r\n"u8.ToArray();
        var begin = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10);
        var end = begin + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var interval = rate > 0 ? (long)(Stopwatch.Frequency * connections / rate) : 0;
        var latencies = new List<double>[connections];
        Exception? failure = null;
        var threads = Enumerable.Range(0, connections).Select(i => new Thread(() =>
        {
            try
            {
                latencies[i] = new PacedClient(port, request, bodyBytes, tls).Run(begin + (interval * i / connections), interval, end);
            }
            catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException)
            {
                failure = exception;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failure is null ? [.. latencies.SelectMany(latency => latency)] : throw new IOException(failure.Message, failure);
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

    private List<double> Run(long due, long interval, long end)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        using var stream = Open(socket);
        var latencies = new List<double>(200_000);
        var buffer = new byte[4096];
        SleepUntil(due);
        while (due < end)
        {
            SleepUntil(due);
            stream.Write(request);
            ReadAnswer(stream, buffer);
            var now = Stopwatch.GetTimestamp();
            latencies.Add((now - due) / (double)Stopwatch.Frequency);
            due = interval > 0 ? due + interval : now;
        }

        return latencies;
    }

    private Stream Open(Socket socket)
    {
        var stream = new NetworkStream(socket);
        if (tls is null)
            return stream;
        var secure = new SslStream(stream);
        secure.AuthenticateAsClient(tls);
        return secure;
    }

    private void ReadAnswer(Stream stream, byte[] buffer)
    {
        var (received, head) = (0, -1);
        while (head < 0 || received < head + 4 + bodyBytes)
        {
            received += stream.Read(buffer, received, buffer.Length - received) is > 0 and var count ? count : throw new IOException("the connection was closed");
            head = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
        }

        if (!buffer.AsSpan().StartsWith("HTTP/1.1 200"u8))
            throw new IOException($"the answer was not 200 but {Encoding.Latin1.GetString(buffer, 0, received).ReplaceLineEndings(" ")}");
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
