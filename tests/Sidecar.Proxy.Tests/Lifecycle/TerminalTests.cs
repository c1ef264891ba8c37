using System.Globalization;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Lifecycle;

/// <summary>Wrap mode in a terminal: what a person types.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string CtrlC = "\x03";
    private const string CtrlZ = "\x1a";

    private const string App = """
        const http = require('http');
        process.on('SIGINT', () => { console.log('app got SIGINT'); process.exit(0); });
        process.on('SIGTERM', () => process.exit(0));
        http.createServer((request, response) => {
            if (request.url === '/pid') return response.end(String(process.pid));
            console.log('slow has begun');
            setTimeout(() => response.end('slow but sure'), 1500);
        }).listen(process.env.PORT, '127.0.0.1', () => console.log('app is up'));
        """;

    private readonly int _port = FreePort.Next();
    private readonly PseudoTerminal _terminal;

    public TerminalTests() => _terminal = PseudoTerminal.Open(
        ("APP", App), ("PORT", $"{_port}"), ("ADMIN_PORT", "0"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"), ("Sidecar__Lifecycle__DrainDelay", "0s"));

    [Fact]
    public async Task Ctrl_C_drains_before_the_app_hears_of_it()
    {
        await StartAsync("node -e \"$APP\"");
        await _terminal.ShowsAsync("app is up");
        var slow = GetAsync("/slow");
        await _terminal.ShowsAsync("slow has begun");

        await _terminal.TypeAsync(CtrlC);

        (await _terminal.ShowsAsync("info: Drained after")).ShouldNotContain("app got SIGINT");
        await _terminal.ShowsAsync("app got SIGINT");
        (await slow).ShouldBe("slow but sure");
        await AtPromptAsync();
    }

    [Fact]
    public async Task Ctrl_Z_stops_both_and_fg_continues_both()
    {
        await StartAsync("node -e \"$APP\"");
        await _terminal.ShowsAsync("app is up");
        var app = int.Parse(await GetAsync("/pid"), CultureInfo.InvariantCulture);

        await _terminal.TypeAsync(CtrlZ);

        await _terminal.ShowsAsync("Stopped");
        await Patience.UntilAsync(() => IsStopped(app));

        await _terminal.TypeAsync("fg\n");
        (await GetAsync("/pid")).ShouldBe($"{app}");
        await _terminal.TypeAsync(CtrlC);
        await _terminal.ShowsAsync("app got SIGINT");
        await AtPromptAsync();
    }

    [Fact]
    public async Task An_app_that_reads_the_terminal_gets_what_is_typed_and_Ctrl_C_still_drains()
    {
        await StartAsync("sh -c 'trap \"echo app got INT; exit 0\" INT; echo reading; while :; do read line && echo \"read:$line\"; done'");
        await _terminal.ShowsAsync("reading");

        foreach (var line in new[] { "one", "two" })
        {
            await _terminal.TypeAsync(line + "\n");
            await _terminal.ShowsAsync("read:" + line);
        }

        await _terminal.TypeAsync("three\n");
        await _terminal.ShowsAsync("read:three");
        // The loan is over in a moment; a Ctrl+C within it would be the app's.
        await Task.Delay(500, TestContext.Current.CancellationToken);
        await _terminal.TypeAsync(CtrlC);

        await _terminal.ShowsAsync("info: Drain");
        await _terminal.ShowsAsync("app got INT");
        await AtPromptAsync();
    }

    public void Dispose() => _terminal.Dispose();

    private static bool IsStopped(int process) => File.ReadAllText($"/proc/{process}/stat").Split(") ")[1][0] == 'T';

    private Task StartAsync(string command) => _terminal.TypeAsync($"$SIDECAR -- {command}\n");

    /// <summary>The shell has its terminal again, and takes a command.</summary>
    private async Task AtPromptAsync()
    {
        await _terminal.TypeAsync("echo back $((40 + 2))\n");
        await _terminal.ShowsAsync("back 42");
    }

    private async Task<string> GetAsync(string path)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}{path}"), Patience.Token());
    }
}
