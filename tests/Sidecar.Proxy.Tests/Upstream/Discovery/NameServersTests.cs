using System.Net;
using Sidecar.Proxy.Upstream.Discovery;

namespace Sidecar.Proxy.Tests.Upstream.Discovery;

public sealed class NameServersTests
{
    [Fact]
    public void Names_are_tried_in_the_order_that_resolv_conf_asks_for()
    {
        var servers = NameServers.Parse(["# comment", "nameserver 10.96.0.10", "nameserver fd00::a", "search default.svc.cluster.local svc.cluster.local.", "options ndots:5 edns0", "sortlist x"]);

        servers.Servers.ShouldBe([new(IPAddress.Parse("10.96.0.10"), 53), new(IPAddress.Parse("fd00::a"), 53)]);
        servers.Candidates("_http._tcp.shop").ShouldBe(["_http._tcp.shop.default.svc.cluster.local", "_http._tcp.shop.svc.cluster.local", "_http._tcp.shop"]);
        servers.Candidates("_http._tcp.shop.default.svc.cluster.local").First().ShouldBe("_http._tcp.shop.default.svc.cluster.local");
        servers.Candidates("shop.test.").ShouldBe(["shop.test"]);
        servers.Candidates(new string('a', 64)).ShouldBeEmpty();
        servers.Candidates("a..b").ShouldBeEmpty();
    }
}
