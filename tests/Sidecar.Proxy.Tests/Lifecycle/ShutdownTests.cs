using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Lifecycle;

public sealed class ShutdownTests
{
    [Fact]
    public async Task A_request_in_flight_finishes_after_SIGTERM()
    {
        await using var app = ScriptedApp.Start();
        var (sidecar, port) = await StartAsync(app, "0s", "20s");
        using var _ = sidecar;
        using var client = await RawConnection.OpenAsync(port);
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        sidecar.Signal("TERM");
        await sidecar.SaysAsync("info: Draining");
        await connection.SendAsync(Answers.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        (await sidecar.ExitAsync()).ShouldBe((0, ""));
    }

    [Fact]
    public async Task What_outlives_the_timeout_is_cut_off_and_the_exit_is_still_orderly()
    {
        await using var app = ScriptedApp.Start();
        var (sidecar, port) = await StartAsync(app, "0s", "1s");
        using var _ = sidecar;
        using var client = await RawConnection.OpenAsync(port);
        await client.SendAsync("GET /for-ever HTTP/1.1\r\nHost: a\r\n\r\n");
        await (await app.AcceptedAsync()).ReadHeadAsync();

        sidecar.Signal("TERM");

        (await sidecar.ExitAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task The_command_drain_drains_the_sidecar_beside_it()
    {
        await using var app = ScriptedApp.Start();
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        (string, string)[] environment = [("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Lifecycle__DrainDelay", "0s")];
        using var sidecar = SidecarProcess.Start([], environment);
        await sidecar.IsLiveAsync(adminPort);
        using var client = await RawConnection.OpenAsync(port);
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        using var command = SidecarProcess.Start(["drain"], environment);

        (await command.ExitAsync()).ShouldBe((0, ""));
        await sidecar.SaysAsync("info: Draining");
        await connection.SendAsync(Answers.Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        (await sidecar.ExitAsync()).ShouldBe((0, ""));
    }

    [Fact]
    public async Task Without_a_sidecar_beside_it_the_command_drain_says_so()
    {
        var adminPort = FreePort.Next();
        using var command = SidecarProcess.Start(["drain"], ("ADMIN_PORT", $"{adminPort}"));

        (await command.ExitAsync()).ShouldBe((1, $"drain: no sidecar answers on the admin port {adminPort}"));
    }

    private static async Task<(SidecarProcess Sidecar, int Port)> StartAsync(ScriptedApp app, string delay, string timeout)
    {
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"),
            ("Sidecar__Lifecycle__DrainDelay", delay), ("Sidecar__Lifecycle__DrainTimeout", timeout));
        await sidecar.IsLiveAsync(adminPort);
        return (sidecar, port);
    }
}
