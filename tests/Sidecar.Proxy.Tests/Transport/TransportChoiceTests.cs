using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Transport;

public sealed class TransportChoiceTests
{
    [Theory]
    [InlineData("SIDECAR_TRANSPORT", "pigeons", "SIDECAR_TRANSPORT: 'pigeons' is not allowed; it must be one of loops, sockets")]
    [InlineData("Sidecar__Listener__Loops", "0", "Sidecar:Listener:Loops: '0' is not allowed; it must be a number from 1 to 1024")]
    public async Task A_choice_that_there_is_not_is_one_line_of_error(string name, string value, string error)
    {
        using var sidecar = SidecarProcess.Start([], ("TARGET", "http://127.0.0.1:1"), ("PORT", "0"), ("ADMIN_PORT", "0"), (name, value));

        (await sidecar.ExitAsync()).ShouldBe((1, error));
    }

    [Theory]
    [InlineData(3, "SIDECAR_TRANSPORT=loops", "Sidecar__Listener__Loops=3")]
    [InlineData(0, "SIDECAR_TRANSPORT=sockets")]
    public Task There_are_as_many_loops_as_are_asked_for(int loops, params string[] settings) => HasLoopsAsync(loops, ["env", .. settings]);

    [Fact]
    public Task On_one_processor_there_is_one_loop() => HasLoopsAsync(1, ["env", "SIDECAR_TRANSPORT=loops", "taskset", "--cpu-list", "0"]);

    private static async Task HasLoopsAsync(int loops, IReadOnlyList<string> launcher)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.StartUnder(launcher, [], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"));
        await sidecar.IsLiveAsync(adminPort);

        using var client = await RawConnection.OpenAsync(port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        Directory.GetDirectories($"/proc/{sidecar.Process.Id}/task").Count(thread => File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("loop ", StringComparison.Ordinal)).ShouldBe(loops);
    }
}
