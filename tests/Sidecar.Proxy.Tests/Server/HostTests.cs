using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>Host is a name or an address, and perhaps a port (RFC 3986, section 3.2), for every version and whatever is configured. What a list or a pattern could be made of is no name.</summary>
public sealed class HostTests
{
    // The static table's :status 400 (RFC 7541, appendix A).
    private const byte Status400 = 0x8C;

    public static TheoryData<string> Invalid =>
    [
        "a,evil.example", "a;x=1", "%41", "%zz", "a%", "*", "*.example", "a=b", "a+b", "a\"b", "a<b", "a\\b", "a|b", "a^b", "a{b}", "a`b",
        "a b", "a\tb", "a/b", "a?b", "a#b", "a@b", "user@a", "user:pass@a", "http://a", "a\u00e4", "\u00c3\u00a4",
        "a:b", "a:x", "a:-1", "a:+1", "a:80:90", "a:b:c", "a:8 0", ":80",
        "[::1", "::1", "::1]", "[]", "[zz]", "[::1]x", "[::1]:x", "[::1]80", "[::1]:80:80", "a]b", "[a", "[::1]]", "[[::1]]", "[1.2.3.4]", "[:]", "[::1::2]", "[12345::]", "[1:2:3:4:5:6:7:8:9]",
    ];

    public static TheoryData<string> Valid =>
    [
        "a", "shop.example", "SHOP.example.", "shop.example:8080", "shop.example:80", "a-b_c~d.example", "xn--kln-sna.example", "192.0.2.1", "192.0.2.1:80", "[::1]", "[::1]:8080", "[2001:DB8::192.0.2.1]",
    ];

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task What_is_no_host_is_rejected_whatever_is_configured(string host)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        foreach (var setting in new[] { "Sidecar:Headers:Via=false", "Sidecar:Headers:Via=true" })
        {
            await using var sidecar = await RunningSidecar.StartAsync(app.Url, setting);

            (await sidecar.ExchangeAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).ShouldBeRejected(400);
            (await sidecar.ExchangeAsync($"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n")).ShouldBeRejected(400);
        }

        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task HTTP_2_knows_no_other_hosts(string host)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        foreach (var name in new[] { ":authority", "host" })
        {
            using var client = await sidecar.ConnectAsync();
            await client.SendAsync([.. Http2Frames.Preface, .. Http2Frames.Fields(1, ends: true, (":method", "GET"), (":scheme", "http"), (":path", "/"), (name, host))]);

            var (type, _, payload) = await Http2Frames.ReadAsync(client, Http2Frames.Headers, Http2Frames.Reset, Http2Frames.GoAway);
            if (type == Http2Frames.Headers)
                payload[0].ShouldBe(Status400);
        }

        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task What_is_a_host_reaches_the_app_as_it_is(string host)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.ExchangeAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).FieldsOf("Host").ShouldBe([host]);
        await connection.SendAsync(Answers.Ok);
        await exchange;

        using var client = await sidecar.ConnectAsync();
        await client.SendAsync([.. Http2Frames.Preface, .. Http2Frames.Fields(1, ends: true, (":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", host))]);

        (await connection.ReadHeadAsync()).FieldsOf("Host").ShouldBe([host]);
    }
}
