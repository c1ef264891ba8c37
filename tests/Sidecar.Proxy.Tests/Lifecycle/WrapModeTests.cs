using System.Globalization;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Lifecycle;

/// <summary>The sidecar and the application as processes: one life.</summary>
public sealed class WrapModeTests
{
    // Listens late, answers with its environment and its port, finishes slow requests, and says how it was stopped.
    private const string App = """
        const http = require('http');
        const server = http.createServer((request, response) => {
            if (request.url === '/env') return response.end(Object.keys(process.env).join());
            if (request.url === '/port') return response.end(process.env.PORT);
            console.log('slow');
            process.once('SIGUSR2', () => response.end('slow but sure'));
        });
        process.on('SIGTERM', () => { console.log('stopped'); process.exit(3); });
        process.on('SIGHUP', () => console.log('hung up'));
        setTimeout(() => server.listen(process.env.PORT, '127.0.0.1'), 100);
        """;

    private readonly int _port = FreePort.Next();
    private readonly int _adminPort = FreePort.Next();

    [Fact]
    public async Task A_request_waits_until_the_app_listens_on_a_port_of_its_own()
    {
        using var sidecar = Start(["node", "-e", App], ("Sidecar__Headers__Via", "true"));
        await sidecar.IsLiveAsync(_adminPort);

        var port = await GetAsync("/port");
        var names = (await GetAsync("/env")).Split(',');

        int.Parse(port, CultureInfo.InvariantCulture).ShouldNotBe(_port);
        names.ShouldContain("PATH");
        names.ShouldNotContain("ADMIN_PORT");
        names.ShouldNotContain("Sidecar__Headers__Via");
    }

    [Fact]
    public async Task A_target_that_is_given_says_where_the_app_shall_listen()
    {
        var port = FreePort.Next();
        using var sidecar = Start(["node", "-e", App], ("TARGET", $"http://127.0.0.1:{port}"));
        await sidecar.IsLiveAsync(_adminPort);

        (await GetAsync("/port")).ShouldBe($"{port}");
    }

    [Fact]
    public async Task The_app_outlives_the_traffic_and_its_exit_code_is_the_sidecars()
    {
        using var sidecar = Start(["node", "-e", App]);
        await sidecar.IsLiveAsync(_adminPort);
        await GetAsync("/port");
        var slow = GetAsync("/slow");
        await sidecar.SaysAsync("slow");

        sidecar.Signal("TERM");
        await sidecar.SaysAsync("info: Draining");
        sidecar.Signal("USR2");

        (await slow).ShouldBe("slow but sure");
        await sidecar.SaysAsync("stopped");
        (await sidecar.ExitAsync()).ShouldBe((3, ""));
    }

    [Fact]
    public async Task Signals_that_mean_nothing_to_the_sidecar_reach_the_app()
    {
        using var sidecar = Start(["node", "-e", App]);
        await sidecar.IsLiveAsync(_adminPort);
        await GetAsync("/port");

        sidecar.Signal("HUP");

        await sidecar.SaysAsync("hung up");
    }

    [Fact]
    public async Task A_signal_to_the_whole_process_group_does_not_reach_the_app_before_the_drain()
    {
        // setsid makes the sidecar the leader of a group, as a shell in a terminal does.
        using var sidecar = SidecarProcess.StartUnder(["setsid"], ["--", "node", "-e", App],
            ("PORT", $"{_port}"), ("ADMIN_PORT", $"{_adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"));
        await sidecar.IsLiveAsync(_adminPort);
        await GetAsync("/port");
        var slow = GetAsync("/slow");
        await sidecar.SaysAsync("slow");

        using (var kill = System.Diagnostics.Process.Start("kill", ["-s", "TERM", "--", $"-{sidecar.Process.Id}"]))
            await kill.WaitForExitAsync(Patience.Token());
        await sidecar.SaysAsync("info: Draining");
        sidecar.Signal("USR2");

        (await slow).ShouldBe("slow but sure");
        await sidecar.SaysAsync("stopped");
        (await sidecar.ExitAsync()).ShouldBe((3, ""));
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -KILL $$", 137)]
    public async Task When_the_app_ends_so_does_the_sidecar(string script, int exitCode)
    {
        using var sidecar = Start(["sh", "-c", script], ("Sidecar__Lifecycle__DrainDelay", "10s"));

        await sidecar.SaysAsync($"warn: sh ended by itself with exit code {exitCode}, and so does the sidecar");
        (await sidecar.ExitAsync()).ShouldBe((exitCode, ""));
    }

    [Fact]
    public async Task An_app_that_will_not_stop_is_killed()
    {
        using var sidecar = Start(["sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"], ("Sidecar__Lifecycle__DrainTimeout", "1s"));
        await sidecar.SaysAsync("up");

        sidecar.Signal("TERM");

        (await sidecar.SaysAsync("warn: sh did not stop")).ShouldMatch(@"^warn: sh did not stop within \d+ms and was killed$");
        (await sidecar.ExitAsync()).ExitCode.ShouldBe(137);
    }

    [Fact]
    public async Task A_second_signal_ends_both_at_once()
    {
        using var sidecar = Start(["sh", "-c", "trap '' TERM INT; echo pid $$; while :; do sleep 0.1; done"]);
        var app = (await sidecar.SaysAsync("pid "))["pid ".Length..];

        sidecar.Signal("TERM");
        await sidecar.SaysAsync("info: Drained");
        sidecar.Signal("TERM");

        (await sidecar.ExitAsync()).ShouldBe((143, ""));
        // Killed, but perhaps not yet taken off the process table by the test run's own process 1.
        var stat = $"/proc/{app}/stat";
        (!File.Exists(stat) || (await File.ReadAllTextAsync(stat, Patience.Token())).Contains(") Z ", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("no-such-command", 127, "no-such-command: there is no such command in PATH")]
    [InlineData("./no-such-file", 127, "./no-such-file: there is no such file")]
    [InlineData("/etc/passwd", 126, "/etc/passwd: /etc/passwd is not executable")]
    [InlineData("/etc", 126, "/etc: /etc is a directory")]
    public async Task A_command_that_cannot_be_started_ends_it_with_one_line(string command, int exitCode, string line)
    {
        using var sidecar = Start([command]);

        (await sidecar.ExitAsync()).ShouldBe((exitCode, line));
    }

    [Fact]
    public async Task As_process_1_it_reaps_orphans()
    {
        Tool.RequireRoot();
        // The inner shell ends first, so that its child becomes the sidecar's; it is gone from /proc only once it has been waited for.
        const string Script = "orphan=$(sh -c 'sleep 0.1 > /dev/null & echo $!'); while [ -e /proc/$orphan ]; do sleep 0.05; done; echo reaped; exit 5";
        using var sidecar = SidecarProcess.StartUnder(["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"], ["--", "sh", "-c", Script],
            ("PORT", "0"), ("ADMIN_PORT", "0"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"));

        await sidecar.SaysAsync("reaped");
        (await sidecar.ExitAsync()).ShouldBe((5, ""));
    }

    private SidecarProcess Start(IReadOnlyList<string> command, params (string Name, string Value)[] environment) => SidecarProcess.Start(["--", .. command],
        [("PORT", $"{_port}"), ("ADMIN_PORT", $"{_adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"), .. environment]);

    private async Task<string> GetAsync(string path)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}{path}"), Patience.Token());
    }
}
