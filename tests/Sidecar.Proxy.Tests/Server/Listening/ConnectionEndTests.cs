using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

/// <summary>Every connection is given back, however it ends.</summary>
public sealed class ConnectionEndTests : IAsyncLifetime
{
    private const int Connections = 10_000;
    private const int AtOnce = 100;

    private static readonly (string, string)[] Get = [(":method", "GET"), (":path", "/"), (":scheme", "http"), (":authority", "a")];
    private static readonly (string, string)[] Post = [(":method", "POST"), (":path", "/"), (":scheme", "http"), (":authority", "a")];

    private readonly CertificateFiles _files = new();
    private ScriptedApp _app = null!;
    private RunningSidecar _sidecar = null!;
    private RunningSidecar _secure = null!;

    public async ValueTask InitializeAsync()
    {
        _app = ScriptedApp.Serving(async connection =>
        {
            var head = await connection.ReadMessageAsync();
            if (head.StartsWith("GET /reset", StringComparison.Ordinal))
                connection.Reset();
            else if (head.StartsWith("GET /half", StringComparison.Ordinal))
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            else if (!head.StartsWith("GET /never", StringComparison.Ordinal))
                await connection.SendAsync(Answers.Ok);
        });
        _sidecar = await RunningSidecar.StartAsync(_app.Url, "Sidecar:Limits:HalfCloseTimeout=100ms", "Sidecar:Limits:HeaderTimeout=200ms", "Sidecar:Upstream:IdleTimeout=200ms");
        _files.Write("localhost");
        _secure = await RunningSidecar.StartAsync(_app.Url, $"Sidecar:Listener:Tls:CertificateFile={_files.Certificate}", $"Sidecar:Listener:Tls:KeyFile={_files.Key}", "Sidecar:Limits:HalfCloseTimeout=100ms");
    }

    [Fact]
    public async Task Ten_thousand_connections_that_end_in_thirty_ways_leave_nothing_behind()
    {
        var ends = Ends();
        ends.Count.ShouldBe(30);

        await Parallel.ForAsync(0, Connections, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            var (isSecure, end) = ends[Random.Shared.Next(ends.Count)];
            using var connection = await RawConnection.OpenAsync(isSecure ? _secure.Port : _sidecar.Port);
            try
            {
                await end(connection);
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // The sidecar was first.
            }
        });

        foreach (var sidecar in new[] { _sidecar, _secure })
        {
            var connections = sidecar.Services.GetRequiredService<TrafficConnections>();
            await Patience.UntilAsync(() => connections.Count == 0);
            sidecar.Logs.Drain();
            await sidecar.StopAsync();
            sidecar.Logs.Drain().Select(record => record.Message).ShouldContain("Draining: not ready, new requests served for 0s; 0 connections are open");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sidecar.DisposeAsync();
        await _secure.DisposeAsync();
        await _app.DisposeAsync();
        _files.Dispose();
    }

    private static List<(bool IsSecure, Func<RawConnection, Task> End)> Ends()
    {
        static Func<RawConnection, Task> Send(string text, bool reset = false) => async connection =>
        {
            await connection.SendAsync(text);
            if (reset)
                connection.Reset();
        };
        static Func<RawConnection, Task> Exchange(string text) => async connection =>
        {
            await connection.SendAsync(text);
            await connection.EndsAsync();
        };
        static Func<RawConnection, Task> Half(string text) => async connection =>
        {
            await connection.SendAsync(text);
            connection.Socket.Shutdown(SocketShutdown.Send);
            await connection.EndsAsync();
        };
        static Func<RawConnection, Task> Frames(bool reset, params byte[][] frames) => async connection =>
        {
            await connection.SendAsync([.. Http2Frames.Preface, .. frames.SelectMany(frame => frame)]);
            if (reset)
                connection.Reset();
        };
        static Func<RawConnection, Task> FramesToEnd(params byte[][] frames) => async connection =>
        {
            await connection.SendAsync([.. Http2Frames.Preface, .. frames.SelectMany(frame => frame)]);
            await connection.EndsAsync();
        };
        static byte[][] RapidResets(int count) => [.. Enumerable.Range(0, count).SelectMany(i => new[] { Http2Frames.Fields((2 * i) + 1, ends: true, Get), Http2Frames.Cancel((2 * i) + 1) })];

        const string Head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        return
        [
            // HTTP/1.1
            (false, static _ => Task.CompletedTask),
            (false, static connection => { connection.Reset(); return Task.CompletedTask; }),
            (false, Send("GET")),
            (false, Send("GET / HT", reset: true)),
            (false, Half("GET / HT")),
            (false, Exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
            (false, static async connection => { await connection.SendAsync(Head); await connection.ReadMessageAsync(); }),
            (false, static async connection => { await connection.SendAsync(Head); await connection.ReadMessageAsync(); connection.Reset(); }),
            (false, Half(Head)),
            (false, Send(Head, reset: true)),
            (false, Send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n", reset: true)),
            (false, Exchange("GET /reset HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
            (false, static async connection => { await connection.SendAsync("GET /half HTTP/1.1\r\nHost: a\r\n\r\n"); await connection.ReadThroughAsync("half"); connection.Reset(); }),
            (false, Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome", reset: true)),
            (false, Half("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nso")),
            (false, Exchange("no http\r\n\r\n")),
            (false, Exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")),
            (false, static async connection => { await connection.SendAsync(Head + Head); await connection.ReadMessageAsync(); connection.Reset(); }),
            // HTTP/2
            (false, Frames(reset: false)),
            (false, Frames(reset: true)),
            (false, Frames(reset: false, Http2Frames.Fields(1, ends: true, Get))),
            (false, Frames(reset: true, Http2Frames.Fields(1, ends: true, Get))),
            (false, Frames(reset: true, Http2Frames.Fields(1, ends: false, Post), Http2Frames.Body(1, ends: false, "some"))),
            (false, FramesToEnd(Http2Frames.Undecodable(1))),
            (false, Frames(reset: false, RapidResets(20))),
            (false, static connection => Random.Shared.Next(20) > 0 ? Task.CompletedTask : Frames(reset: false, RapidResets(400))(connection)),
            // TLS
            (true, Send("\x15\x03\x01\0\x02\x02\x28")),
            (true, Exchange("GET / HTTP/1.1\r\n\r\n")),
            (true, static connection => { connection.Reset(); return Task.CompletedTask; }),
            (true, static async connection =>
            {
                await using var stream = new SslStream(new NetworkStream(connection.Socket), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
                await stream.AuthenticateAsClientAsync("localhost");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(Head));
                if (Random.Shared.Next(2) == 0)
                    connection.Reset();
            }),
        ];
    }
}
