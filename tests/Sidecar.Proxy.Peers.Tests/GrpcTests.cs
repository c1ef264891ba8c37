using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Peers.Tests;

public sealed class GrpcTests
{
    [Theory]
    [InlineData("say", "x-heard hello", "text hi", "status 0 x-trailer last")]
    [InlineData("large", "text 5000000")]
    [InlineData("count", "text 1", "text 2", "text 3", "end")]
    [InlineData("gather", "text abc")]
    [InlineData("talk", "text one", "text two", "text three", "end")]
    [InlineData("fail", "status 9 not today: 100 % sure", "x-trailer last")]
    public async Task Calls_of_every_kind_pass(string name, params string[] lines)
    {
        var (app, url) = await PeerProcess.ServeAsync("grpc-server.js");
        using var _ = app;
        await using var sidecar = await RunningSidecar.StartAsync(url, "Sidecar:Upstream:Protocol=http2");

        (await PeerProcess.CallAsync("grpc-client.js", sidecar.Port, name)).ShouldBe(lines);
    }

    [Fact]
    public async Task A_call_to_an_app_that_is_not_there_fails_as_gRPC_says_it()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}", "Sidecar:Upstream:Protocol=http2");

        (await PeerProcess.CallAsync("grpc-client.js", sidecar.Port, "gather")).ShouldBe(["status 14 The application refused the connection."]);
    }

    [Fact]
    public async Task A_call_that_runs_out_of_time_is_cancelled_at_the_app()
    {
        var (app, url) = await PeerProcess.ServeAsync("grpc-server.js");
        using var _ = app;
        await using var sidecar = await RunningSidecar.StartAsync(url, "Sidecar:Upstream:Protocol=http2");

        (await PeerProcess.CallAsync("grpc-client.js", sidecar.Port, "deadline")).ShouldBe(["status 4"]);

        (await app.NextAsync()).ShouldBe("waiting");
        (await app.NextAsync()).ShouldBe("cancelled");
    }
}
