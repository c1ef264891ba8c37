using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Lifecycle;

public sealed class MappedPagesTests
{
    private const long MegaByte = 1024 * 1024;

    [Fact]
    public async Task What_only_the_start_needed_is_given_back()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"));
        await sidecar.IsLiveAsync(adminPort);

        await Patience.UntilAsync(() =>
        {
            sidecar.Process.Refresh();
            return sidecar.Process.PeakWorkingSet64 - sidecar.Process.WorkingSet64 > 4 * MegaByte;
        });

        // What was given back after all comes again from its file.
        using var client = await RawConnection.OpenAsync(port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Theory]
    [InlineData("/proc/self/task")] // As unreadable as the mappings of a program with file capabilities.
    [InlineData("/proc/nothing")]
    public void Where_the_mappings_cannot_be_read_nothing_is_given_back(string mappings) => Should.NotThrow(() => MappedPages.Release(mappings));

    [Theory]
    [InlineData("r-xp 00000000 fe:00 116 /app/libclrjit.so", "0", true)]
    [InlineData("r--p 00000000 fe:00 116 /app/a folder/System.Linq.dll", "0", true)]
    [InlineData("r--s 00000000 fe:00 116 /app/Sidecar.Proxy.dll", "0", true)]
    [InlineData("r-xp 00000000 fe:00 116 /app/libclrjit.so", "4", false)] // A copy that differs from the file.
    [InlineData("rw-p 00000000 fe:00 116 /app/libclrjit.so", "0", false)] // May differ at any moment.
    [InlineData("rw-s 00000000 fe:00 116 /app/Sidecar.Proxy.dll", "0", false)]
    [InlineData("r-xs 00000000 00:01 116 /memfd:doublemapper (deleted)", "0", false)] // No file to come again from.
    [InlineData("r--s 00000000 00:01 116 /memfd:doublemapper (deleted)", "0", false)]
    [InlineData("r-xp 00000000 00:00 0 [vdso]", "0", false)]
    [InlineData("r--p 00000000 00:00 0", "0", false)]
    public void Only_what_is_sure_to_come_again_from_its_file_is_given_back(string mapping, string changed, bool isGivenBack)
    {
        string[] lines = ["1000-3000 rw-p 00000000 00:00 0 [heap]", "Anonymous: 0 kB", $"5f770000-60771000 {mapping}", "Size: 4 kB", $"Anonymous:             {changed} kB", "AnonHugePages:         0 kB"];

        MappedPages.Unchanged(lines).ShouldBe(isGivenBack ? [((nuint)0x5f770000, (nuint)0x1001000)] : []);
    }
}
