using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Configuration;

public sealed class NetworkTests
{
    [Theory]
    [InlineData("010.0.0.0/8")]
    [InlineData("10.0.0.010")]
    [InlineData("192.168.1")]
    [InlineData("10")]
    [InlineData("10.1/16")]
    [InlineData("0x7f000001")]
    [InlineData("10.0.0.0/33")]
    [InlineData("")]
    public void What_could_be_read_in_two_ways_is_no_network(string text)
    {
        var reading = () => OptionsOf.Settings("TARGET=http://localhost", $"Sidecar:Security:Addresses:Deny:0={text}");

        Should.Throw<ConfigurationException>(reading).Message.ShouldContain("IP addresses or networks such as 10.0.0.0/8");
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("10.9.9.9/8", "10.1.2.3")]
    [InlineData("0.0.0.0/0", "10.1.2.3")]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3")]
    [InlineData("fd00::/8", "fd00::1")]
    [InlineData("FD00:0:0::1", "fd00::1")]
    public void Networks_are_read_as_they_are_written(string text, string address)
    {
        var options = OptionsOf.Settings("TARGET=http://localhost", $"Sidecar:Headers:TrustedProxies:0={text}");

        Networks.Contain(options.Headers.TrustedNetworks, System.Net.IPAddress.Parse(address)).ShouldBeTrue();
    }
}
