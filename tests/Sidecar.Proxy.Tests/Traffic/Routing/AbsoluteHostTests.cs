namespace Sidecar.Proxy.Tests.Traffic.Routing;

public sealed class AbsoluteHostTests
{
    [Theory]
    [InlineData("admin.example.", "other")]
    [InlineData("ADMIN.example.:80", "other")]
    [InlineData("a.shop.example.", "other")]
    [InlineData("admin.example..", "app")]
    public async Task A_host_with_the_dot_of_the_root_behind_it_is_the_same_host(string host, string answer)
    {
        await using var app = Routes.Named("app");
        await using var other = Routes.Named("other");
        await using var sidecar = await Routes.ToAsync(app, other, "Match:Hosts=admin.example,*.shop.example");

        (await sidecar.ExchangeAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).ShouldEndWith(answer);
    }
}
