namespace Sidecar.Proxy.Tests.Traffic.Rewriting;

public sealed class HostlessRedirectTests
{
    [Theory]
    [InlineData("GET //evil.example/ HTTP/1.0\r\n\r\n")]
    [InlineData("GET //evil.example/ HTTP/1.1\r\nHost:\r\n\r\n")]
    public async Task Without_a_host_nobody_is_sent_anywhere(string request)
    {
        await using var app = Routes.Named("app");
        await using var sidecar = await Routes.OfAsync(app, "Redirect:Scheme=https");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(request);

        var answer = await client.ReadHeadAsync();

        answer.ShouldContain(" 400 Bad Request\r\n");
        answer.ShouldNotContain("Location");
    }

    [Theory]
    [InlineData("Redirect:Scheme=https", "https://shop.example/")]
    [InlineData("Redirect:Host=new.example", "//new.example/")]
    public async Task A_request_for_no_path_is_sent_to_the_root(string setting, string location)
    {
        await using var app = Routes.Named("app");
        await using var sidecar = await Routes.OfAsync(app, setting);

        (await sidecar.ExchangeAsync("OPTIONS * HTTP/1.1\r\nHost: shop.example\r\n\r\n")).ShouldContain($"\r\nLocation: {location}\r\n");
    }
}
