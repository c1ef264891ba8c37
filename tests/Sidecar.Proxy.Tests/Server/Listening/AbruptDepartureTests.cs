using System.Globalization;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

/// <summary>
/// Clients of HTTP/2 that are gone in the middle of an upload. A program whose linker loses a lock of System.Net.Http keeps some of their
/// requests for ever, which only the published program can show.
/// </summary>
public sealed class AbruptDepartureTests
{
    private const int Clients = 200;
    // A lost lock shows in one of three.
    private const int Rounds = 5;
    private static readonly string[] s_paths = ["/read", "/unread", "/echo"];
    private static readonly string s_piece = new('x', 16 * 1024);

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task Clients_that_leave_with_a_stream_open_leave_no_request_behind_and_the_drain_ends_at_once(string protocol)
    {
        var arrived = 0;
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            Arrive();
            switch (context.Request.Path.Value)
            {
                case "/unread":
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    break;
                case "/echo":
                    await context.Response.StartAsync(context.RequestAborted);
                    await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
                    break;
                default:
                    await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                    break;
            }
        });
        await using var http1 = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadHeadAsync();
            Arrive();
            await connection.ReadToEndAsync();
        });
        await using var sidecar = await RunningSidecar.StartAsync(
            protocol == "http2" ? app.Url : http1.Url, $"Sidecar:Upstream:Protocol={protocol}", "Sidecar:Lifecycle:DrainDelay=0s", "Sidecar:Lifecycle:DrainTimeout=10m");

        for (var round = 0; round < Rounds; round++)
        {
            (arrived, underWay) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => UploadAndLeaveAsync(sidecar, s_paths[number % s_paths.Length], underWay.Task)));
            var patience = Patience.Token();
            while (await ActiveRequestsAsync(sidecar) > 0)
                await Task.Delay(20, patience);
        }

        await sidecar.StopAsync();

        void Arrive()
        {
            if (Interlocked.Increment(ref arrived) == Clients / 2)
                underWay.TrySetResult();
        }
    }

    /// <summary>Leaves in the middle of its upload, with all the others.</summary>
    private static async Task UploadAndLeaveAsync(RunningSidecar sidecar, string path, Task underWay)
    {
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(
            [.. Http2Frames.Preface, .. Http2Frames.Fields(1, ends: false, (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "shop.example")), .. Http2Frames.Body(1, ends: false, s_piece)]);
        await underWay.WaitAsync(Patience.Token());
        await client.SendAsync(Http2Frames.Body(1, ends: false, s_piece));
        client.Socket.LingerState = new(true, 0);
    }

    private static async Task<double> ActiveRequestsAsync(RunningSidecar sidecar) => (await sidecar.AdminAsync("/metrics")).Body.Split('\n')
        .Where(line => line.StartsWith("http_server_active_requests{", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
}
