using System.Text.RegularExpressions;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Resources;

public sealed class DescriptorTests
{
    [Fact]
    public async Task The_limit_is_raised_as_far_as_it_may_be()
    {
        var adminPort = FreePort.Next();
        using var sidecar = SidecarProcess.StartUnder(["sh", "-c", "ulimit -Sn 256; ulimit -Hn 4096; exec \"$@\"", "sh"], [], ("TARGET", "http://127.0.0.1:9"), ("PORT", "0"), ("ADMIN_PORT", $"{adminPort}"));
        await sidecar.IsLiveAsync(adminPort);

        File.ReadLines($"/proc/{sidecar.Process.Id}/limits").ShouldContain(line => Regex.IsMatch(line, "^Max open files +4096 +4096 "));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(320)]
    public async Task More_connections_than_file_descriptors_wait_and_neither_end_it_nor_the_admin_port(int descriptors)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.StartUnder(["sh", "-c", $"ulimit -n {descriptors}; exec \"$@\"", "sh"], [],
            ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"));
        await sidecar.IsLiveAsync(adminPort);

        for (var wave = 0; wave < 2; wave++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 160).Select(_ => RawConnection.OpenAsync(port)));
            foreach (var client in clients)
                await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await sidecar.IsLiveAsync(adminPort);
            // Those that were first make room in turn.
            foreach (var client in clients)
            {
                (await client.ReadMessageAsync()).ShouldEndWith("ok");
                client.Dispose();
            }
        }

        (await sidecar.SaysAsync("warn: ")).ShouldStartWith("warn: New connections wait: ");
        await sidecar.SaysAsync("info: New connections no longer wait");
        using var last = await RawConnection.OpenAsync(port);
        await last.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        (await last.ReadMessageAsync()).ShouldEndWith("ok");
    }
}
