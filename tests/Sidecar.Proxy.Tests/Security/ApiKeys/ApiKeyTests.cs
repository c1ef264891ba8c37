using System.Security.Cryptography;
using System.Text;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Security.ApiKeys;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.ApiKeys;

public sealed class ApiKeyTests : IDisposable
{
    private const string Keys = "Sidecar:Security:ApiKeys";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sidecar-");

    private string File => Path.Combine(_directory.FullName, "keys");

    [Fact]
    public async Task A_known_key_passes_and_stays_behind()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Entry(0, "batch"), Hash(0, "one"), Entry(1, "web"), $"{Keys}:Entries:1:Hash={Sha("two").ToUpperInvariant()}");

        foreach (var key in new[] { "one", "two" })
        {
            var answer = await sidecar.GetAsync("/", $"X-Api-Key: {key}");
            answer.ShouldStartWith("HTTP/1.1 200");
            answer.ShouldNotContain("X-Api-Key");
        }
    }

    [Fact]
    public async Task Anything_else_is_refused()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Entry(0, "batch"), Hash(0, "one"));

        (await sidecar.OutcomeAsync()).ShouldBe("401 credentials_missing");
        (await sidecar.OutcomeAsync("/", "X-Api-Key: One")).ShouldBe("401 key_unknown");
        (await sidecar.OutcomeAsync("/", "X-Api-Key:")).ShouldBe("401 key_unknown");
        (await sidecar.OutcomeAsync("/", $"X-Api-Key: {Sha("one")}")).ShouldBe("401 key_unknown");
        (await sidecar.OutcomeAsync("/", "X-Api-Key: one", "X-Api-Key: one")).ShouldBe("401 key_ambiguous");
        (await sidecar.OutcomeAsync("/", "X-Api-Key: one", "X_Api_Key: two")).ShouldBe("401 key_ambiguous");
        (await sidecar.GetAsync()).ShouldContain("\r\nWWW-Authenticate: ApiKey\r\n");
        app.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_in_a_spelling_that_an_application_takes_for_it_stays_behind_too()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Entry(0, "batch"), Hash(0, "one"));

        var answer = await sidecar.GetAsync("/", "X_Api-Key: one");

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldNotContain("one");
    }

    [Fact]
    public async Task The_application_sees_the_key_if_it_is_meant_to()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Entry(0, "batch"), Hash(0, "one"), $"{Keys}:Header=X-Partner", $"{Keys}:Forward=true");

        (await sidecar.GetAsync("/", "X-Partner: one")).ShouldContain("\r\nX-Partner: one\r\n");
    }

    [Fact]
    public async Task A_file_of_keys_is_read_again_and_a_bad_one_is_not()
    {
        var time = new ManualTime();
        System.IO.File.WriteAllText(File, $"# partners\n\nteam: a:{Sha("one")}\r\n");
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, time.Drive, $"{Keys}:File={File}", "Sidecar:Security:Access:Allow:0:Keys=team: a,later");
        (await sidecar.OutcomeAsync("/", "X-Api-Key: one")).ShouldBe("200");

        System.IO.File.WriteAllText(File, $"later:{Sha("two")}\nsecret-by-mistake\n");
        time.Advance(TimeSpan.FromSeconds(1));
        (await sidecar.Logs.NextAsync(typeof(ApiKeyRing).FullName!)).Message.ShouldBe(
            $"Cannot load API keys from {File}, keeping the previous ones: line 2 is not name:hash, the hash being 64 hexadecimal digits");
        (await sidecar.OutcomeAsync("/", "X-Api-Key: one")).ShouldBe("200");

        System.IO.File.WriteAllText(File, $"later:{Sha("two")}\n");
        time.Advance(TimeSpan.FromSeconds(1));
        (await sidecar.OutcomeAsync("/", "X-Api-Key: one")).ShouldBe("401 key_unknown");
        (await sidecar.OutcomeAsync("/", "X-Api-Key: two")).ShouldBe("200");
    }

    [Theory]
    [InlineData("Entries:0:Name=a", "Sidecar:Security:ApiKeys:Entries:0:Hash: '********' is not allowed; it must be the SHA-256 of the key, as 64 hexadecimal digits")]
    [InlineData("Entries:0:Hash=the-key-itself", "Sidecar:Security:ApiKeys:Entries:0:Hash: '********' is not allowed; it must be the SHA-256 of the key, as 64 hexadecimal digits")]
    [InlineData("Header=X Key", "Sidecar:Security:ApiKeys:Header: 'X Key' is not allowed; it must be the name of a header")]
    [InlineData("Forward=false", "it must be at least one entry with Name and Hash, unless File is given")]
    public async Task Keys_that_cannot_be_used_stop_the_start_and_are_not_shown(string setting, string told)
    {
        var message = (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync("http://127.0.0.1:1", $"{Keys}:{setting}"))).Message;

        message.ShouldContain(told);
        message.ShouldNotContain("the-key-itself");
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_stops_the_start_and_is_not_quoted()
    {
        System.IO.File.WriteAllText(File, "batch:the-key-itself");

        var message = (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync("http://127.0.0.1:1", $"{Keys}:File={File}"))).Message;

        message.ShouldBe($"Sidecar:Security:ApiKeys:File: '{File}' is not allowed; it must be a file with name:hash on each line (line 1 is not name:hash, the hash being 64 hexadecimal digits)");
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string Sha(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string Entry(int index, string name) => $"{Keys}:Entries:{index}:Name={name}";

    private static string Hash(int index, string key) => $"{Keys}:Entries:{index}:Hash={Sha(key)}";
}
