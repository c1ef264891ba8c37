using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class LocalPortsTests
{
    [Fact]
    public void Each_port_is_free_given_once_and_below_those_of_outgoing_connections()
    {
        var ports = new LocalPorts();

        var given = Enumerable.Range(0, 100).Select(_ => ports.Next()).ToArray();

        given.ShouldBeUnique();
        given.ShouldAllBe(port => port >= 10_000 && port < 32_000);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::")]
    public void A_port_at_which_somebody_listens_is_not_free(string address)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || !address.Contains(':', StringComparison.Ordinal), "This machine has no IPv6.");
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        LocalPorts.IsFree(port).ShouldBeFalse();

        listener.Stop();
        LocalPorts.IsFree(port).ShouldBeTrue();
    }
}
