using System.Net.Security;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

/// <summary>What Kestrel refuses itself, before there is a request for the pipeline.</summary>
public sealed class ServerRefusalTests
{
    private const string Json = "Sidecar:AccessLog:Format=json";
    private static readonly string Failures = typeof(ConnectionFailures).FullName!;
    private static readonly (string, string)[] Get = [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/")];

    public static TheoryData<string> Heads => new()
    {
        ":method GET,:scheme http",
        ":method GET,:scheme https,:path /",
        ":method GET,:scheme http,:path no-slash",
        ":method GET,:scheme http,:path /,:authority a b",
        ":method GET,:scheme http,:path /,connection: close",
        ":method GET,:scheme http,:path /,:unknown x",
        ":method GET,:scheme http,:path /,X-Upper x",
        ":method GET,:scheme http,:path /,content-length 5",
        $":method GET,:scheme http,:path /{new string('a', 250)}",
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task A_head_of_HTTP_2_that_is_refused_is_recorded_once(string head)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Json, "Sidecar:Limits:MaxRequestLineBytes=128");
        using var client = await sidecar.ConnectAsync();
        var fields = head.Split(',').Select(field => (field[..field.LastIndexOf(' ')].TrimEnd(':'), field[(field.LastIndexOf(' ') + 1)..])).ToArray();

        await client.SendAsync([.. Http2Frames.Preface, .. Http2Frames.Fields(1, ends: true, fields)]);

        await Http2Frames.ReadAsync(client, Http2Frames.Reset, Http2Frames.GoAway);
        var record = JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement;
        record.GetProperty("error.type").GetString().ShouldBe("http_request_error");
        record.GetProperty("error.message").GetString().ShouldNotBeNullOrEmpty();
        record.GetProperty("network.protocol.version").GetString().ShouldBe("2");
        record.GetProperty("client.address").GetString().ShouldBe("127.0.0.1");
        record.GetProperty("client.port").GetInt32().ShouldBe(((System.Net.IPEndPoint)client.Socket.LocalEndPoint!).Port);
        record.GetProperty("sidecar.ended_by").GetString().ShouldBe("sidecar");
        (await sidecar.Logs.NextAsync(typeof(FailureLog).FullName!)).Level.ShouldBe(LogLevel.Information);
        client.Dispose();
        await sidecar.StopAsync();
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
        app.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task A_head_of_HTTP_2_that_cannot_be_decoded_is_recorded_once()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", Json);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync([.. Http2Frames.Preface, .. Http2Frames.Undecodable(1)]);

        await Http2Frames.ReadAsync(client, Http2Frames.GoAway);
        JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement.GetProperty("error.type").GetString().ShouldBe("http_request_error");
        client.Dispose();
        await sidecar.StopAsync();
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_body_that_does_not_fit_its_length_is_recorded_with_its_request()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Json);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync([.. Http2Frames.Preface, .. Http2Frames.Fields(1, ends: false, [.. Get, ("content-length", "3")])]);
        await (await app.AcceptedAsync()).ReadHeadAsync();

        await client.SendAsync(Http2Frames.Body(1, ends: true, "four"));

        await Http2Frames.ReadAsync(client, Http2Frames.Reset);
        JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement.GetProperty("url.path").GetString().ShouldBe("/");
        client.Dispose();
        await sidecar.StopAsync();
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_frame_that_is_refused_is_one_line_and_counted()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1");
        using var metrics = new RecordedMetrics(sidecar);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync([.. Http2Frames.Preface, .. Http2Frames.Body(1, ends: true, "out of the blue")]);

        await Http2Frames.ReadAsync(client, Http2Frames.GoAway);
        await ShouldTellAsync(sidecar, metrics, client, "http_protocol_error");
        await client.EndsAsync();
        await sidecar.StopAsync();
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(100)]
    public async Task A_client_that_resets_streams_as_fast_as_it_opens_them_loses_its_connection_and_is_one_line_and_counted(int atOnce)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, new ManualTime().Drive, "Sidecar:Limits:MaxStreamsPerConnection=100");
        using var metrics = new RecordedMetrics(sidecar);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync([.. Http2Frames.Preface, .. Resets(1, 200, atOnce)]);

        await client.EndsAsync();
        await ShouldTellAsync(sidecar, metrics, client, "http2_rapid_reset");
        client.Dispose();
        await Patience.UntilAsync(() => sidecar.Services.GetRequiredService<TrafficConnections>().Count == 0);
    }

    [Fact]
    public async Task A_client_that_gives_up_all_its_streams_now_and_then_keeps_its_connection()
    {
        var time = new ManualTime();
        await using var app = ScriptedApp.Serving(async connection =>
        {
            if ((await connection.ReadMessageAsync()).StartsWith("POST ", StringComparison.Ordinal))
                await connection.SendAsync(Answers.Ok);
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, time.Drive, "Sidecar:Limits:MaxStreamsPerConnection=100");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Http2Frames.Preface);

        for (var stream = 1; stream < 1000; stream += 202)
        {
            await client.SendAsync([.. Resets(stream, 100, 100), .. Http2Frames.Fields(stream + 200, ends: true, [(":method", "POST"), .. Get[1..]])]);

            (await Http2Frames.ReadAsync(client, Http2Frames.Headers, Http2Frames.Reset, Http2Frames.GoAway)).ShouldSatisfyAllConditions(
                frame => frame.Type.ShouldBe(Http2Frames.Headers), frame => frame.Stream.ShouldBe(stream + 200));
            time.Advance(TimeSpan.FromMilliseconds(101));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\0\u0004half")]
    public async Task A_failed_TLS_handshake_is_one_line_and_counted(string bytes)
    {
        using var files = new CertificateFiles();
        files.Write("localhost").Dispose();
        await using var sidecar = await StartSecureAsync(files);
        using var metrics = new RecordedMetrics(sidecar);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(bytes);
        client.Socket.Shutdown(SocketShutdown.Send);

        await ShouldTellAsync(sidecar, metrics, client, "tls_handshake_failed");
    }

    [Fact]
    public async Task A_client_with_whom_no_protocol_can_be_agreed_on_is_one_line_and_counted()
    {
        using var files = new CertificateFiles();
        files.Write("localhost").Dispose();
        await using var sidecar = await StartSecureAsync(files);
        using var metrics = new RecordedMetrics(sidecar);
        using var client = await sidecar.ConnectAsync();
        await using var tls = new SslStream(new NetworkStream(client.Socket));

        await Should.ThrowAsync<Exception>(() => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [new SslApplicationProtocol("gopher")] }, Patience.Token()));

        await ShouldTellAsync(sidecar, metrics, client, "tls_handshake_failed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_speaks_HTTP_2_over_TLS_without_having_asked_for_it_is_refused_and_is_no_error(bool asksForHttp1)
    {
        using var files = new CertificateFiles();
        files.Write("localhost").Dispose();
        await using var sidecar = await StartSecureAsync(files);
        using var client = await sidecar.ConnectAsync();
        await using var tls = new SslStream(new NetworkStream(client.Socket), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = asksForHttp1 ? [SslApplicationProtocol.Http11] : null }, Patience.Token());

        await tls.WriteAsync(Http2Frames.Preface, Patience.Token());
        var answer = await new StreamReader(tls).ReadToEndAsync(Patience.Token());

        answer.ShouldStartWith("HTTP/1.1 505 ");
        sidecar.Logs.Drain().ShouldAllBe(record => record.Level < LogLevel.Warning);
    }

    [Fact]
    public async Task A_client_that_begins_no_TLS_handshake_in_time_is_one_line_and_counted()
    {
        using var files = new CertificateFiles();
        files.Write("localhost").Dispose();
        await using var sidecar = await StartSecureAsync(files, "Sidecar:Listener:Tls:HandshakeTimeout=50ms");
        using var metrics = new RecordedMetrics(sidecar);
        using var client = await sidecar.ConnectAsync();

        await ShouldTellAsync(sidecar, metrics, client, "tls_handshake_failed");
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_health_check_that_only_connects_is_not_worth_a_line()
    {
        using var files = new CertificateFiles();
        files.Write("localhost").Dispose();
        await using var sidecar = await StartSecureAsync(files);

        using (var client = await sidecar.ConnectAsync())
        {
            client.Socket.Shutdown(SocketShutdown.Send);
            await client.EndsAsync();
        }

        await sidecar.StopAsync();
        sidecar.Logs.Drain().Where(record => record.Category == Failures).ShouldBeEmpty();
    }

    private static byte[] Resets(int first, int count, int atOnce) =>
        [.. Enumerable.Range(0, count).Select(i => first + (2 * i)).Chunk(atOnce).SelectMany(streams => streams.Select(stream => Http2Frames.Fields(stream, ends: true, Get)).Concat(streams.Select(Http2Frames.Cancel))).SelectMany(frame => frame)];

    private static Task<RunningSidecar> StartSecureAsync(CertificateFiles files, params string[] settings) =>
        RunningSidecar.StartAsync("http://127.0.0.1:1", [$"Sidecar:Listener:Tls:CertificateFile={files.Certificate}", $"Sidecar:Listener:Tls:KeyFile={files.Key}", .. settings]);

    private static async Task ShouldTellAsync(RunningSidecar sidecar, RecordedMetrics metrics, RawConnection client, string kind)
    {
        var record = await sidecar.Logs.NextAsync(Failures);
        record.Level.ShouldBe(LogLevel.Information);
        record.Exception.ShouldBeNull();
        record.Message.ShouldMatch($"^Connection from {client.Socket.LocalEndPoint} failed: {kind}, [^\n]+$");
        metrics["sidecar.connection.failures", $"error.type={kind}"].ShouldBe(1);
    }
}
