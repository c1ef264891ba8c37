using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Configuration;

public sealed class ReloadTests : IDisposable
{
    private const string Reloader = "Sidecar.Proxy.Configuration.ConfigurationReloader";
    private readonly DirectoryInfo _mount = Directory.CreateTempSubdirectory("sidecar-");
    private int _version;

    private string File => Path.Combine(_mount.FullName, "sidecar.json");

    [Fact]
    public async Task A_swapped_ConfigMap_takes_effect_without_losing_a_request()
    {
        await using var blue = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nblue");
        await using var green = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ngreen");
        Swap(Targeting(blue));
        await using var sidecar = await StartAsync();
        using var client = await sidecar.ConnectAsync();
        (await GetAsync(client)).ShouldEndWith("blue");

        Swap(Targeting(green));

        string answer;
        do
        {
            answer = await GetAsync(client);
            answer.ShouldStartWith("HTTP/1.1 200");
        }
        while (answer.EndsWith("blue", StringComparison.Ordinal));

        answer.ShouldEndWith("green");
        (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldBe($"Configuration reloaded from {File}");
    }

    [Theory]
    [InlineData("""{"Sidecar":{"Upstream":{"Targets":["nowhere"]}}}""", "Sidecar:Upstream:Targets: 'nowhere' is not allowed")]
    [InlineData("""{"Sidecar":{"Upstreams":{}}, "x": 1, "Sidecar:Oops": 2}""", "Sidecar:Oops")]
    [InlineData("""{"Sidecar":""", "Sidecar:ConfigurationFile")]
    public async Task A_bad_file_is_refused_with_one_line_and_the_old_one_stays(string bad, string named)
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Swap(Targeting(app));
        await using var sidecar = await StartAsync();

        Swap(bad);

        var refusal = await sidecar.Logs.NextAsync(Reloader);
        refusal.Level.ShouldBe(LogLevel.Error);
        refusal.Message.ShouldStartWith("Configuration refused, the old one stays: ");
        refusal.Message.ShouldContain(named);
        refusal.Message.ShouldNotContain("\n");
        (await sidecar.GetAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task What_only_a_start_can_change_is_said_so()
    {
        Swap("""{"Sidecar":{"Limits":{"MaxRequestHeaders":10}}}""");
        await using var sidecar = await StartAsync();

        Swap("""{"Sidecar":{"Limits":{"MaxRequestHeaders":20}}}""");

        (await sidecar.Logs.NextAsync(Reloader)).Level.ShouldBe(LogLevel.Information);
        (await sidecar.Logs.NextAsync(Reloader)).Message.ShouldBe("Configuration under Sidecar:Limits changes at the next start only");
    }

    [Fact]
    public async Task A_missing_file_stops_the_start() =>
        (await Should.ThrowAsync<ConfigurationException>(StartAsync)).Problems.ShouldHaveSingleItem().Key.ShouldBe("Sidecar:ConfigurationFile");

    public void Dispose() => _mount.Delete(recursive: true);

    private static async Task<string> GetAsync(RawConnection client)
    {
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        return await client.ReadMessageAsync();
    }

    private static string Targeting(ScriptedApp app) => """{"Sidecar":{"Upstream":{"Targets":["URL"]}}}""".Replace("URL", app.Url, StringComparison.Ordinal);

    private Task<RunningSidecar> StartAsync() =>
        RunningSidecar.StartWithoutTargetAsync($"Sidecar:ConfigurationFile={File}", "Sidecar:ReloadInterval=10ms");

    /// <summary>As the kubelet does it: a new directory, and one symbolic link renamed over another.</summary>
    private void Swap(string content)
    {
        var directory = _mount.CreateSubdirectory($"..{++_version}");
        System.IO.File.WriteAllText(Path.Combine(directory.FullName, "sidecar.json"), content);
        var link = Path.Combine(_mount.FullName, "..data_tmp");
        System.IO.File.CreateSymbolicLink(link, directory.Name);
        // .NET cannot rename one symbolic link over another.
        System.Diagnostics.Process.Start("mv", ["-T", link, Path.Combine(_mount.FullName, "..data")]).WaitForExit();
        if (!System.IO.File.Exists(File))
            System.IO.File.CreateSymbolicLink(File, Path.Combine("..data", "sidecar.json"));
    }
}
