using System.Net;
using FsCheck;
using FsCheck.Fluent;
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

        options.Headers.TrustedNetworks.Contain(System.Net.IPAddress.Parse(address)).ShouldBeTrue();
    }

    [Fact]
    public void An_address_is_in_many_networks_if_it_is_in_one_of_them()
    {
        var bytes = Gen.Choose(0, 255).Select(static one => (byte)(one % 4 * 64));
        var address = Gen.OneOf(bytes.ArrayOf(4), bytes.ArrayOf(16), bytes.ArrayOf(4).Select(static four => (byte[])[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, .. four])).Select(static one => new IPAddress(one));
        var network = from one in address from length in Gen.Choose(0, one.GetAddressBytes().Length * 8) select $"{one}/{length}";

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true), Prop.ForAll(Arb.From(Gen.ListOf(network)), Arb.From(address), (networks, one) =>
        {
            var plain = one.IsIPv4MappedToIPv6 ? one.MapToIPv4() : one;
            return new Networks(networks).Contain(one) == networks.Select(NetworksAttribute.Parse).Any(known => known.Contains(plain));
        }));
    }
}
