using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class OutgoingHeadersTests
{
    [Fact]
    public async Task What_a_stranger_says_about_the_client_is_dropped()
    {
        var head = await HeadAsync([], "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil", "X-Forwarded-Prefix: /x", "X-Real-IP: 6.6.6.6", "Forwarded: for=6.6.6.6");

        head.ShouldNotContain("6.6.6.6");
        head.ShouldNotContain("evil");
        head.ShouldNotContain("X-Forwarded-Prefix");
        head.ShouldContain("\r\nX-Forwarded-For: 127.0.0.1\r\n");
        head.ShouldContain("\r\nX-Forwarded-Proto: http\r\n");
    }

    [Theory]
    [InlineData("127.0.0.0/8")]
    [InlineData("10.0.0.0/8,127.0.0.1")]
    public async Task A_trusted_proxy_is_believed_and_added_to(string networks)
    {
        var head = await HeadAsync([$"Sidecar:Headers:TrustedProxies={networks}"], "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: public.example", "X-Forwarded-Prefix: /x");

        head.ShouldContain("\r\nX-Forwarded-For: 6.6.6.6, 127.0.0.1\r\n");
        head.ShouldContain("\r\nX-Forwarded-Proto: https\r\n");
        head.ShouldContain("\r\nX-Forwarded-Host: public.example\r\n");
        head.ShouldContain("\r\nX-Forwarded-Prefix: /x\r\n");
    }

    [Fact]
    public async Task Forwarded_is_there_when_chosen()
    {
        var head = await HeadAsync(["Sidecar:Headers:Forwarded=forwarded"]);

        head.ShouldContain("\r\nForwarded: for=127.0.0.1;host=\"shop.example\";proto=http\r\n");
        head.ShouldNotContain("X-Forwarded");
    }

    [Fact]
    public async Task The_host_can_be_the_targets()
    {
        var head = await HeadAsync(["Sidecar:Headers:PreserveHost=false"]);

        head.ShouldContain("\r\nHost: 127.0.0.1:");
        head.ShouldContain("\r\nX-Forwarded-Host: shop.example\r\n");
    }

    [Fact]
    public async Task Via_is_an_option()
    {
        (await HeadAsync([])).ShouldNotContain("Via:");
        (await HeadAsync(["Sidecar:Headers:Via=true"])).ShouldContain("\r\nVia: 1.1 sidecar\r\n");
    }

    [Fact]
    public async Task A_request_id_is_made_where_it_is_missing_and_returned()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.GetAsync();
        var connection = await app.AcceptedAsync();
        var id = (await connection.ReadHeadAsync()).Split("\r\n").Single(line => line.StartsWith("X-Request-Id: ", StringComparison.Ordinal));
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        (await exchange).ShouldContain($"\r\n{id}\r\n");
    }

    [Fact]
    public async Task A_request_id_that_comes_in_goes_on()
    {
        var head = await HeadAsync([], "X-Request-Id: from-client");

        head.ShouldContain("\r\nX-Request-Id: from-client\r\n");
        head.Split("X-Request-Id").Length.ShouldBe(2);
    }

    private static async Task<string> HeadAsync(string[] settings, params string[] headers)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, settings);
        var exchange = sidecar.GetAsync("/", headers);
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await exchange;
        return head;
    }
}
