using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Lifecycle;

public sealed class WrapTests
{
    /// <summary>An application in a few lines of Node; it is told where to listen by PORT and says what happens to it.</summary>
    private const string App = """
        const server = require('node:http').createServer((request, response) => {
          if (request.url === '/exit') { response.end('bye'); setTimeout(() => process.exit(7), 20); return; }
          if (request.url === '/slow') { console.log('app: slow'); setTimeout(() => response.end('slow but whole'), 300); return; }
          response.end('wrapped');
        });
        server.listen(process.env.PORT, () => console.log('app: listening'));
        process.on('SIGUSR2', () => console.log('app: usr2'));
        process.on('SIGTERM', () => { console.log('app: term'); process.exit(0); });
        """;

    [Fact]
    public async Task The_app_gets_a_port_of_its_own_and_is_served()
    {
        var (sidecar, port) = await StartAsync();
        using var _ = sidecar;

        (await GetAsync(port, "/")).ShouldEndWith("wrapped");
    }

    [Fact]
    public async Task The_sidecar_ends_with_the_app_and_its_exit_code()
    {
        var (sidecar, port) = await StartAsync();
        using var _ = sidecar;

        await GetAsync(port, "/exit");

        (await sidecar.ExitAsync()).ShouldBe((7, ""));
    }

    [Fact]
    public async Task Requests_drain_before_the_app_is_stopped()
    {
        var (sidecar, port) = await StartAsync();
        using var _ = sidecar;
        var slow = GetAsync(port, "/slow");
        await sidecar.ReadThroughAsync("app: slow");

        sidecar.Signal("TERM");

        (await slow).ShouldContain("slow but whole");
        await sidecar.ReadThroughAsync("app: term");
        (await sidecar.ExitAsync()).ShouldBe((0, ""));
    }

    [Fact]
    public async Task Other_signals_are_passed_on()
    {
        var (sidecar, _) = await StartAsync();
        using var end = sidecar;

        sidecar.Signal("USR2");

        await sidecar.ReadThroughAsync("app: usr2");
    }

    [Fact]
    public async Task An_app_that_ignores_SIGTERM_is_killed_in_the_end()
    {
        var (sidecar, _) = await StartAsync("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('app: listening')");
        using var end = sidecar;

        sidecar.Signal("TERM");

        (await sidecar.ExitAsync()).ExitCode.ShouldBe(137);
    }

    [Fact]
    public async Task A_command_that_cannot_be_started_is_one_line()
    {
        using var sidecar = SidecarProcess.Start(["--", "no-such-program"], ("PORT", "0"), ("ADMIN_PORT", "0"));

        var (code, error) = await sidecar.ExitAsync();

        code.ShouldBe(1);
        error.ShouldStartWith("--: 'no-such-program' is not allowed; it must be a program that can be started");
        error.ShouldNotContain("\n");
    }

    [Fact]
    public async Task Orphans_are_reaped()
    {
        using var sidecar = SidecarProcess.Start(["--", "sh", "-c", "sh -c 'sleep 0.2 & echo orphan $!'; sleep 60"], ("PORT", "0"), ("ADMIN_PORT", "0"));
        var orphan = (await sidecar.ReadThroughAsync("orphan")).Split(' ')[1];

        // A zombie keeps its directory; one that is reaped does not.
        while (Directory.Exists($"/proc/{orphan}"))
            await Task.Delay(20, Patience.Token());
    }

    private static async Task<(SidecarProcess Sidecar, int Port)> StartAsync(string script = App)
    {
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        var sidecar = SidecarProcess.Start(["--", "node", "-e", script], ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("SRV_NAME", "wrapped"),
            ("Sidecar__Lifecycle__DrainDelay", "0s"), ("Sidecar__Lifecycle__DrainTimeout", "2s"));
        await sidecar.ReadThroughAsync("app: listening");
        await sidecar.IsLiveAsync(adminPort);
        return (sidecar, port);
    }

    private static async Task<string> GetAsync(int port, string path)
    {
        using var client = await RawConnection.OpenAsync(port);
        await client.SendAsync($"GET {path} HTTP/1.0\r\n\r\n");
        return await client.ReadToEndAsync();
    }
}
