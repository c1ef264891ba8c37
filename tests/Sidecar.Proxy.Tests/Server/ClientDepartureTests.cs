using System.Net.Sockets;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>A client that is gone takes its request with it at once, in whatever state that is; the clock of these tests stands still.</summary>
public sealed class ClientDepartureTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Sized = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n";
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n";

    private readonly ManualTime _time = new();

    /// <summary>Requests that are not whole, each after another piece.</summary>
    public static TheoryData<string, string> Unfinished
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var setting in new[] { "Sidecar:Headers:Via=false", "Sidecar:Headers:Via=true" })
            {
                foreach (var request in new[]
                {
                    $"{Sized}\r\n", $"{Sized}\r\nabc", $"{Chunked}\r\n", $"{Chunked}\r\n64\r\nabc", $"{Chunked}\r\n3\r\nabc", $"{Chunked}\r\n3\r\nabc\r\n", $"{Chunked}\r\n3\r\nabc\r\n5", $"{Chunked}\r\n3\r\nabc\r\n5;a=\"",
                    $"{Chunked}\r\n3\r\nabc\r\n0\r\n", $"{Chunked}\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n", $"{Sized}Expect: 100-continue\r\n\r\n", $"{Chunked}Expect: 100-continue\r\n\r\n",
                })
                    data.Add(request, setting);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Unfinished))]
    public async Task A_client_that_ends_its_half_in_the_middle_of_a_request_is_gone(string request, string setting)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive, setting, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(request);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        client.Socket.Shutdown(SocketShutdown.Send);

        await connection.EndsAsync();
        await client.EndsAsync();
        await ShouldBeTheClientsEndAsync(sidecar);
    }

    [Theory]
    [MemberData(nameof(Unfinished))]
    public async Task A_client_that_resets_in_the_middle_of_a_request_is_gone(string request, string setting)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive, setting, "Sidecar:Upstream:ContinueTimeout=1m");
        var client = await sidecar.ConnectAsync();
        await client.SendAsync(request);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        client.Reset();

        await connection.EndsAsync();
        await ShouldBeTheClientsEndAsync(sidecar);
    }

    /// <summary>What a client may have sent when it resets while the application thinks.</summary>
    [Theory]
    [InlineData(Get)]
    [InlineData(Get + Get)]
    [InlineData(Get + "GET / HT")]
    [InlineData(Get + Sized + "\r\nabc")]
    [InlineData(Chunked + "\r\n3\r\nabc\r\n0\r\n\r\n" + Get)]
    public async Task A_client_that_resets_before_its_response_is_gone_whatever_it_has_sent_ahead(string requests)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive);
        var client = await sidecar.ConnectAsync();
        await client.SendAsync(requests);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        client.Reset();

        await connection.EndsAsync();
        await ShouldBeTheClientsEndAsync(sidecar);
        app.Accepted.ShouldBe(1);
    }

    [Theory]
    [InlineData(Sized)]
    [InlineData(Chunked)]
    public async Task A_client_that_resets_while_the_app_does_not_take_its_upload_is_gone(string head)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive);
        var client = await sidecar.ConnectAsync();
        await client.SendAsync(head.Replace("100", "1000000000", StringComparison.Ordinal) + "\r\n");
        var connection = await app.AcceptedAsync();
        await SendUntilStuckAsync(client, head == Chunked ? $"8000\r\n{new string('u', 0x8000)}\r\n" : new string('u', 0x8000));

        client.Reset();

        // The application has still not read a byte.
        await ShouldBeTheClientsEndAsync(sidecar);
        await connection.EndsAsync();
    }

    [Fact]
    public async Task A_client_that_resets_while_what_it_sent_ahead_is_not_taken_is_gone()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive);
        var client = await sidecar.ConnectAsync();
        await client.SendAsync(Get + Sized.Replace("100", "1000000000", StringComparison.Ordinal) + "\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await SendUntilStuckAsync(client, new string('u', 0x8000));

        client.Reset();

        await connection.EndsAsync();
        await ShouldBeTheClientsEndAsync(sidecar);
    }

    [Theory]
    [InlineData("Content-Length: 1000000000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3b9aca00\r\n")]
    public async Task A_client_that_resets_while_it_does_not_take_its_response_is_gone(string rest)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive);
        var client = await sidecar.ConnectAsync();
        await client.SendAsync(Get);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\n" + rest);
        await SendUntilStuckAsync(connection, new string('d', 0x8000));

        client.Reset();

        await ShouldBeTheClientsEndAsync(sidecar);
        await connection.EndsAsync();
    }

    [Fact]
    public async Task A_client_that_resets_between_two_pieces_of_its_response_is_gone()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive);
        var client = await sidecar.ConnectAsync();
        await client.SendAsync(Get);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        await client.ReadThroughAsync("hello");

        client.Reset();

        await connection.EndsAsync();
        await ShouldBeTheClientsEndAsync(sidecar);
    }

    [Fact]
    public async Task A_client_that_resets_while_its_request_waits_for_a_connection_is_gone_and_the_app_never_hears_of_it()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive, "Sidecar:Upstream:MaxConnections=1");
        using var metrics = new RecordedMetrics(sidecar);
        using var first = await sidecar.ConnectAsync();
        await first.SendAsync("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
        await Patience.UntilAsync(() => metrics["http.server.active_requests", "http.request.method=GET", "url.scheme=http"] == 2);

        client.Reset();

        await ShouldBeTheClientsEndAsync(sidecar);
        await connection.SendAsync(Answers.Ok);
        (await first.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
        await first.SendAsync(Get);
        (await connection.ReadHeadAsync()).ShouldStartWith("GET / HTTP/1.1\r\n");
    }

    [Fact]
    public async Task A_client_that_resets_a_tunnel_is_gone_though_the_app_does_not_read()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive);
        var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        await client.ReadHeadAsync();
        await SendUntilStuckAsync(client, new string('t', 0x8000));

        client.Reset();

        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.ended_by"].ShouldBe("client");
        await connection.EndsAsync();
    }

    /// <summary>Sends until nobody takes any more, which shows only in that nothing happens for a while.</summary>
    private static async Task SendUntilStuckAsync(RawConnection connection, string piece)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(piece);
        connection.Socket.SendTimeout = 500;
        await Task.Run(() =>
        {
            try
            {
                while (true)
                    connection.Socket.Send(bytes);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
            }
        });
    }

    private static async Task ShouldBeTheClientsEndAsync(RunningSidecar sidecar)
    {
        var record = (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes;
        record["error.type"].ShouldBe("client_disconnected");
        record["sidecar.ended_by"].ShouldBe("client");
    }
}
