using System.Net;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Configuration.Security;
using Sidecar.Proxy.Requests;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Addresses;

public sealed class AddressTests
{
    private const string Addresses = "Sidecar:Security:Addresses";

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("10.9.9.9", false)]
    [InlineData("11.0.0.1", false)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("172.16.5.5", false)]
    [InlineData(null, false)]
    public void Deny_wins_over_allow_and_what_is_unknown_is_denied(string? address, bool allowed) => new AddressOptions
    {
        Allow = ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7", "::ffff:172.16.0.0/108"],
        Deny = ["10.9.0.0/16", "::ffff:172.16.5.0/120"],
    }.Allows(address is null ? null : IPAddress.Parse(address)).ShouldBe(allowed);

    [Theory]
    [InlineData("", "127.0.0.1")]
    [InlineData("203.0.113.5", "203.0.113.5")]
    [InlineData("203.0.113.5, 10.0.0.1", "203.0.113.5")]
    [InlineData("6.6.6.6, 203.0.113.5,10.0.0.1 , 10.0.0.2", "203.0.113.5")]
    [InlineData("203.0.113.5:4711, [2001:db8::1]:80", "2001:db8::1")]
    [InlineData("::ffff:203.0.113.5", "203.0.113.5")]
    [InlineData("10.0.0.7, 10.0.0.1", "10.0.0.7")]
    [InlineData("203.0.113.5, unknown", null)]
    [InlineData("203.0.113.5, 7", null)]
    [InlineData("203.0.113.5,", null)]
    public void The_client_is_the_nearest_that_no_trusted_proxy_is(string forwarded, string? client)
    {
        var headers = new HeaderDictionary();
        if (forwarded.Length > 0)
            headers["X-Forwarded-For"] = forwarded;

        ClientAddress.Of(Record("127.0.0.1"), headers, new HeaderOptions { TrustedProxies = ["127.0.0.1", "10.0.0.0/8"] }).ShouldBe(client is null ? null : IPAddress.Parse(client));
    }

    [Fact]
    public void Nobody_elses_word_counts() =>
        ClientAddress.Of(Record("192.0.2.1"), new HeaderDictionary { ["X-Forwarded-For"] = "10.0.0.1" }, new HeaderOptions { TrustedProxies = ["127.0.0.1"] }).ShouldBe(IPAddress.Parse("192.0.2.1"));

    [Fact]
    public async Task Addresses_are_checked_on_every_route_whatever_else_it_asks_for()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, $"{Addresses}:Deny=203.0.113.0/24", "Sidecar:Headers:TrustedProxies=127.0.0.1", "Sidecar:Routes:0:Name=open", "Sidecar:Routes:0:Access:Anonymous=true");

        (await sidecar.OutcomeAsync("/", "X-Forwarded-For: 203.0.113.5")).ShouldBe("403 address");
        (await sidecar.OutcomeAsync("/", "X-Forwarded-For: 203.0.114.5")).ShouldBe("200");
        (await sidecar.OutcomeAsync("/", "X-Forwarded-For: 203.0.113.5, nonsense")).ShouldBe("403 address");
    }

    [Fact]
    public async Task A_client_that_is_not_trusted_cannot_choose_its_address()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, $"{Addresses}:Allow=10.0.0.0/8");

        (await sidecar.OutcomeAsync("/", "X-Forwarded-For: 10.0.0.1")).ShouldBe("403 address");
    }

    [Fact]
    public async Task A_route_may_be_open_to_some_networks()
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, "Sidecar:Headers:TrustedProxies=127.0.0.1", "Sidecar:Routes:0:Name=metrics", "Sidecar:Routes:0:Match:PathPrefix=/metrics", "Sidecar:Routes:0:Access:Allow:0:Addresses=10.0.0.0/8");

        (await sidecar.OutcomeAsync("/metrics", "X-Forwarded-For: 10.0.0.1")).ShouldBe("200");
        (await sidecar.OutcomeAsync("/metrics", "X-Forwarded-For: 11.0.0.1")).ShouldBe("403 not_allowed");
        (await sidecar.OutcomeAsync("/other", "X-Forwarded-For: 11.0.0.1")).ShouldBe("200");
    }

    [Theory]
    [InlineData("Allow=10.0.0.0/33", "IP addresses or networks such as 10.0.0.0/8, comma-separated")]
    [InlineData("Deny=somewhere", "IP addresses or networks such as 10.0.0.0/8, comma-separated")]
    [InlineData("Allow=", "a list of networks, here or in Deny")]
    public async Task What_is_no_network_stops_the_start(string setting, string allowed) =>
        (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync("http://127.0.0.1:1", $"{Addresses}:{setting}"))).Message.ShouldEndWith(allowed);

    private static RequestRecord Record(string client) => new() { Method = "GET", Scheme = "http", Host = "a", Path = "/", ProtocolVersion = "1.1", ClientAddress = IPAddress.Parse(client) };
}
