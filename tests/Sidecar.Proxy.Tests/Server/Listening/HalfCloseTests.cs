using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Requests;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

public sealed class HalfCloseTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(1234);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(Get)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    public async Task A_client_that_has_said_all_it_has_to_say_gets_its_answer_and_then_the_end(string request)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(request);
        client.Socket.Shutdown(SocketShutdown.Send);
        await _time.SomebodyWaitsAsync(Limit);

        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync(Answers.Ok);

        (await client.ReadToEndAsync()).ShouldEndWith("\r\n\r\nok");
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["http.response.status_code"].ShouldBe(200);
        record.Attributes["sidecar.ended_by"].ShouldBe("upstream");
    }

    [Fact]
    public async Task Requests_sent_ahead_are_all_answered()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Get + Get + Get);
        client.Socket.Shutdown(SocketShutdown.Send);

        (await client.ReadToEndAsync()).Split("HTTP/1.1 200 OK").Length.ShouldBe(4);
    }

    [Fact]
    public async Task A_client_to_whom_nothing_is_sent_for_the_time_allowed_is_taken_for_gone()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        var connection = await InFlightAsync(client, app);

        client.Socket.Shutdown(SocketShutdown.Send);
        await _time.SomebodyWaitsAsync(Limit);
        _time.Advance(Limit);

        await ShouldBeOverAsync(client, connection, sidecar);
    }

    [Fact]
    public async Task What_fails_once_the_client_is_gone_is_no_empty_response()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            builder =>
            {
                _time.Drive(builder);
                builder.Services.AddSingleton<IRequestFilter, FailsOnceTheClientIsGone>();
            },
            "Sidecar:Limits:HalfCloseTimeout=1234ms");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Get);
        client.Socket.Shutdown(SocketShutdown.Send);
        await _time.SomebodyWaitsAsync(Limit);

        _time.Advance(Limit);

        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task An_answer_that_keeps_coming_keeps_a_half_closed_client()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        var connection = await InFlightAsync(client, app);
        client.Socket.Shutdown(SocketShutdown.Send);
        await _time.SomebodyWaitsAsync(Limit);
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");

        for (var i = 0; i < 5; i++)
        {
            await connection.SendAsync("x");
            await client.ReadThroughAsync("x");
            _time.Advance(Limit * 0.9);
        }

        (await client.ReadToEndAsync()).ShouldBeEmpty();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["http.response.body.size"].ShouldBe(5L);
    }

    [Fact]
    public async Task A_request_that_breaks_off_is_cancelled_at_once()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("half");

        client.Socket.Shutdown(SocketShutdown.Send);

        await ShouldBeOverAsync(client, connection, sidecar);
    }

    [Fact]
    public async Task A_client_that_is_really_gone_is_noticed_when_the_answer_comes()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        var client = await sidecar.ConnectAsync();
        var connection = await InFlightAsync(client, app);
        client.Dispose();
        await _time.SomebodyWaitsAsync(Limit);

        await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        var told = connection.EndsAsync();
        while (!told.IsCompleted)
        {
            try
            {
                await connection.SendAsync("1\r\nx\r\n");
            }
            catch (SocketException)
            {
                break;
            }
        }

        await ShouldBeClientsEndAsync(sidecar);
    }

    [Fact]
    public async Task With_no_time_allowed_the_end_of_a_half_is_the_end_of_the_client()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, "Sidecar:Limits:HalfCloseTimeout=0ms");
        using var client = await sidecar.ConnectAsync();
        var connection = await InFlightAsync(client, app);

        client.Socket.Shutdown(SocketShutdown.Send);

        await ShouldBeOverAsync(client, connection, sidecar);
    }

    [Fact]
    public async Task A_client_that_resets_is_gone_at_once()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        var client = await sidecar.ConnectAsync();
        var connection = await InFlightAsync(client, app);

        client.Reset();

        await connection.EndsAsync();
        await ShouldBeClientsEndAsync(sidecar);
    }

    [Fact]
    public async Task A_half_closed_tunnel_passes_its_end_on_and_brings_back_what_is_still_said()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        await client.ReadHeadAsync();
        await client.SendAsync("bye");

        client.Socket.Shutdown(SocketShutdown.Send);

        (await connection.ReadToEndAsync()).ShouldBe("bye");
        await connection.SendAsync("goodbye");
        connection.Dispose();
        (await client.ReadToEndAsync()).ShouldBe("goodbye");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.ended_by"].ShouldBe("client");
    }

    /// <summary>Sends a request that the app gets and leaves unanswered.</summary>
    private static async Task<RawConnection> InFlightAsync(RawConnection client, ScriptedApp app)
    {
        await client.SendAsync(Get);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        return connection;
    }

    private static async Task ShouldBeOverAsync(RawConnection client, RawConnection connection, RunningSidecar sidecar)
    {
        await connection.EndsAsync();
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        await ShouldBeClientsEndAsync(sidecar);
    }

    private static async Task ShouldBeClientsEndAsync(RunningSidecar sidecar)
    {
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["error.type"].ShouldBe("client_disconnected");
        record.Attributes["sidecar.ended_by"].ShouldBe("client");
    }

    private Task<RunningSidecar> StartAsync(ScriptedApp app, params string[] settings) =>
        RunningSidecar.StartAsync(app.Url, _time.Drive, settings.Length > 0 ? settings : ["Sidecar:Limits:HalfCloseTimeout=1234ms"]);

    private sealed class FailsOnceTheClientIsGone : IRequestFilter
    {
        public RequestHandler Apply(RequestHandler next, SidecarOptions options) => async context =>
        {
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (context.RequestAborted.Register(gone.SetResult))
                await gone.Task;
            await context.FailAsync(ProxyError.ConnectionTerminated);
        };
    }
}
