using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Lifecycle;

public sealed class ProcessTests
{
    [Fact]
    public async Task A_bad_value_stops_the_start_with_one_line()
    {
        using var sidecar = SidecarProcess.Start([], ("PORT", "70000"));

        (await sidecar.ExitAsync()).ShouldBe((1, "PORT: '70000' is not allowed; it must be a number from 0 to 65535"));
    }

    [Theory]
    [InlineData("PORT", "ADMIN_PORT")]
    [InlineData("ADMIN_PORT", "PORT")]
    public async Task A_port_in_use_is_named(string taken, string other)
    {
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        var port = ((IPEndPoint)stranger.LocalEndpoint).Port;
        using var sidecar = SidecarProcess.Start([], (taken, $"{port}"), (other, "0"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"));

        (await sidecar.ExitAsync()).ShouldBe((1, $"{taken}: '{port}' is not allowed; it must be a port that is not in use"));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_in_order(string signal)
    {
        var adminPort = FreePort.Next();
        using var sidecar = SidecarProcess.Start([], ("PORT", "0"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Lifecycle__DrainDelay", "0s"));
        await sidecar.IsLiveAsync(adminPort);

        sidecar.Signal(signal);

        (await sidecar.ExitAsync()).ShouldBe((0, ""));
    }

    [Fact]
    public async Task SIGHUP_reloads_and_cuts_nothing_off()
    {
        await using var app = ScriptedApp.Start();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"), ("SIDECAR_CONFIG", file), ("Sidecar__ReloadInterval", "1h"));
        await sidecar.IsLiveAsync(adminPort);
        using var client = await RawConnection.OpenAsync(port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        await File.WriteAllTextAsync(file, """{ "Sidecar": { "Upstream": { "ConnectTimeout": "3s" } } }""", TestContext.Current.CancellationToken);
        sidecar.Signal("HUP");

        (await sidecar.SaysAsync("info: Configuration")).ShouldEndWith("changed: Sidecar:Upstream:ConnectTimeout");
        await connection.SendAsync(Answers.Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        File.Delete(file);
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once()
    {
        await using var app = ScriptedApp.Start();
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"));
        await sidecar.IsLiveAsync(adminPort);
        using var client = await RawConnection.OpenAsync(port);
        await client.SendAsync("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
        await (await app.AcceptedAsync()).ReadHeadAsync();

        sidecar.Signal("TERM");
        await sidecar.SaysAsync("info: Draining");
        sidecar.Signal("INT");

        (await sidecar.ExitAsync()).ShouldBe((130, ""));
    }

    /// <summary>Aspire sets it on every project that it publishes.</summary>
    [Fact]
    public async Task Aspires_switch_for_forwarded_headers_makes_no_client_trusted()
    {
        await using var app = ScriptedApp.Start();
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"), ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
        await sidecar.IsLiveAsync(adminPort);
        using var client = await RawConnection.OpenAsync(port);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\r\n");
        var head = await (await app.AcceptedAsync()).ReadHeadAsync();

        head.ShouldContain("\r\nX-Forwarded-For: 127.0.0.1\r\n");
        head.ShouldContain("\r\nX-Forwarded-Proto: http\r\n");
    }

    [Fact]
    public async Task A_collector_that_does_not_answer_cannot_hold_it_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var adminPort = FreePort.Next();
        using var sidecar = SidecarProcess.Start([], ("PORT", "0"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"),
            ("Sidecar__Lifecycle__DrainTimeout", "1s"), ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{silent.LocalEndpoint}"));
        await sidecar.IsLiveAsync(adminPort);

        sidecar.Signal("TERM");

        (await sidecar.ExitAsync()).ShouldBe((0, "The last telemetry could not be sent within Sidecar:Lifecycle:DrainTimeout."));
    }

    [Fact]
    public async Task The_port_that_PORT_0_takes_is_said()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", "0"), ("ADMIN_PORT", "0"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"));

        var line = await sidecar.SaysAsync("info: Listening on ");

        var said = Regex.Match(line, $@"^info: Listening on http://127\.0\.0\.1:(\d+) in front of {Regex.Escape(app.Url)}; admin on http://127\.0\.0\.1:(\d+)$");
        said.Success.ShouldBeTrue(line);
        using var client = await RawConnection.OpenAsync(int.Parse(said.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        await sidecar.IsLiveAsync(int.Parse(said.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--PORT=1", "-h")]
    [InlineData("drain", "--help")]
    public async Task Help_is_shown_and_nothing_started(params string[] arguments)
    {
        using var sidecar = SidecarProcess.Start(arguments);

        (await sidecar.Output.ReadToEndAsync(Patience.Token())).ShouldContain("\n  SRV_NAME  ");
        (await sidecar.ExitAsync()).ShouldBe((0, ""));
    }

    [Fact]
    public async Task The_help_of_the_application_is_its_own()
    {
        using var sidecar = SidecarProcess.Start(["--", "sh", "-c", "echo $1", "sh", "--help"], ("PORT", "0"), ("ADMIN_PORT", "0"));

        await sidecar.SaysAsync("--help");
    }

    [Fact]
    public async Task The_version_is_shown()
    {
        using var sidecar = SidecarProcess.Start(["--version"]);

        (await sidecar.Output.ReadToEndAsync(Patience.Token())).ShouldBe(ProgramVersion.Text + "\n");
        (await sidecar.ExitAsync()).ShouldBe((0, ""));
    }

    [Fact]
    public async Task Standard_output_has_the_line_of_each_request()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        // Aspire sets this formatter, which would write two lines a message.
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("SRV_NAME", "legacy"), ("LOGGING__CONSOLE__FORMATTERNAME", "simple"));
        await sidecar.IsLiveAsync(adminPort);
        using var client = await RawConnection.OpenAsync(port);

        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadMessageAsync();

        await sidecar.SaysAsync($"legacy - {app.Url} - /a - ");
    }
}
