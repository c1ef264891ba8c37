using System.Reflection;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

public sealed class HeaderCasingTests
{
    // What belongs to one hop is the sidecar's own.
    private static readonly string[] HopByHop =
        [HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyConnection, HeaderNames.ProxyAuthenticate, HeaderNames.TransferEncoding, HeaderNames.Upgrade, HeaderNames.ContentLength];

    public static TheoryData<string, string> Spellings => new()
    {
        { "lower", "content-length" },
        { "upper", "CONTENT-LENGTH" },
        { "odd", "cOnTeNt-LeNgTh" },
        { "usual", "Content-Length" },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Every_header_reaches_the_client_as_the_app_spells_it(string spelling, string length)
    {
        string[] names = [.. typeof(HeaderNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!)
            .Where(name => name[0] != ':' && !HopByHop.Contains(name)).Append("X-Own").Select(name => Spell(name, spelling))];
        await using var app = ScriptedApp.Answering($"HTTP/1.1 200 OK\r\n{string.Concat(names.Select(name => $"{name}: of {name}\r\n"))}{length}: 2\r\n\r\nok");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        var answer = await sidecar.GetAsync();

        names.ShouldAllBe(name => answer.Contains($"\r\n{name}: of {name}\r\n", StringComparison.Ordinal));
        answer.ShouldContain($"\r\n{length}: 2\r\n", Case.Sensitive);
        answer.ShouldEndWith("\r\n\r\nok");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-type: a/b\r\nset-cookie: a\r\nset-cookie: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\netag: x\r\nDATE: now\r\n\r\n", "\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Nope\r\nwww-authenticate: Basic\r\nContent-length: 70000\r\n\r\n{70000}", "{70000}")]
    public async Task Spelling_holds_for_every_framing_and_each_answer_of_a_connection(string answer, string end)
    {
        var body = new string('x', 70_000);
        (answer, end) = (answer.Replace("{70000}", body, StringComparison.Ordinal), end.Replace("{70000}", body, StringComparison.Ordinal));
        await using var app = ScriptedApp.Answering(answer);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            var lines = (await client.ReadThroughAsync(end)).Split("\r\n");
            foreach (var line in answer.Split("\r\n\r\n")[0].Split("\r\n").Skip(1))
                lines.ShouldContain(line);
        }
    }

    [Fact]
    public async Task Spelling_survives_a_continue_that_goes_before_it()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("x");
        await connection.SendAsync("HTTP/1.1 200 OK\r\netag: x\r\ncontent-length: 2\r\n\r\nok");

        var answer = await client.ReadMessageAsync();
        answer.ShouldContain("\r\netag: x\r\n", Case.Sensitive);
        answer.ShouldEndWith("ok");
    }

    [Fact]
    public async Task Spelling_holds_for_an_upgrade()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\nset-cookie: a\r\nserver: b\r\n\r\nhi");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");

        var head = await client.ReadHeadAsync();
        head.ShouldContain("\r\nset-cookie: a\r\n", Case.Sensitive);
        head.ShouldContain("\r\nserver: b\r\n", Case.Sensitive);
        (await client.ReadExactlyAsync(2)).ShouldBe("hi");
    }

    [Fact]
    public async Task An_answer_of_the_sidecars_own_is_spelt_its_own_way()
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\ncontent-type: a/b\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n");
            connection.Dispose();
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        var answer = await sidecar.GetAsync();

        answer.ShouldStartWith("HTTP/1.1 502");
        answer.ShouldContain("\r\nContent-Type: application/problem+json\r\n", Case.Sensitive);
    }

    private static string Spell(string name, string spelling) => spelling switch
    {
        "lower" => name.ToLowerInvariant(),
        "upper" => name.ToUpperInvariant(),
        "odd" => string.Concat(name.Select((letter, index) => index % 2 == 0 ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter))),
        _ => name,
    };
}
