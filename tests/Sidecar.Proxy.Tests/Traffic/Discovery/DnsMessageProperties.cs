using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Tests.Wire;
using Sidecar.Proxy.Traffic.Discovery;

namespace Sidecar.Proxy.Tests.Traffic.Discovery;

public sealed class DnsMessageProperties
{
    private const ushort Id = 0x1234;

    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(1000).WithQuietOnSuccess(true);

    // Letters drawn from one seed: to generate each of them would take most of the time of these tests.
    private static readonly Gen<string> Label = from length in Gen.Choose(1, 63) from seed in Gen.Choose(0, int.MaxValue) select new string(new Random(seed).GetItems<char>("abz019-_", length));

    private static readonly Gen<string> Name = from count in Gen.Choose(1, 3) from labels in Gen.ArrayOf(Label, count) select string.Join('.', labels);

    private static readonly Gen<FakeNameServer.Record> Record =
        from name in Name
        from host in Name
        from number in Gen.Choose(0, 65535)
        from ttl in Gen.Choose(0, 1_000_000)
        from kind in Gen.Choose(0, 2)
        select kind switch
        {
            0 => FakeNameServer.A(name, new IPAddress(number).ToString(), ttl),
            1 => FakeNameServer.Cname(name, host),
            _ => FakeNameServer.Srv(name, number, 65535 - number, number / 2, host, ttl),
        };

    [Fact]
    public void What_a_server_says_is_read() => Check.One(Runs, Prop.ForAll(Arb.From(Name), Arb.From(Gen.ListOf(Record)), (name, records) =>
    {
        var read = DnsMessage.TryRead(Message(name, [.. records]), Id, name, DnsType.Srv, out var answer);
        return read && answer.Records.Count == records.Count && answer.Records.Zip(records).All(pair => Matches(pair.First, pair.Second));
    }));

    [Fact]
    public void A_damaged_message_is_refused_or_read_but_never_breaks_anything() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Gen.ListOf(Record)), Arb.From(Gen.Choose(0, int.MaxValue)), (records, seed) =>
        {
            var (message, random) = (Message("a.test", [.. records]), new Random(seed));
            for (var i = random.Next(1, 8); i > 0; i--)
                message[random.Next(message.Length)] = (byte)random.Next(256);
            var cut = message.AsSpan(0, random.Next(message.Length + 1));
            return !DnsMessage.TryRead(cut, Id, "a.test", DnsType.Srv, out var answer) || answer.Records.Count <= 4096;
        }));

    [Fact]
    public void Noise_is_no_answer() => Check.One(Runs, Prop.ForAll<byte[]>(ArbMap.Default.ArbFor<byte[]>(), noise => !DnsMessage.TryRead(noise, Id, "a.test", DnsType.A, out _)));

    [Theory]
    [InlineData(0x1235, "a.test", DnsType.Srv)]
    [InlineData(Id, "b.test", DnsType.Srv)]
    [InlineData(Id, "a.test", DnsType.A)]
    public void An_answer_to_another_question_is_none(ushort id, string name, object type) =>
        DnsMessage.TryRead(Message("a.test", []), id, name, (DnsType)type, out _).ShouldBeFalse();

    [Fact]
    public void A_question_is_no_answer()
    {
        var query = new byte[DnsMessage.MaxQuery];
        var length = DnsMessage.WriteQuery(query, Id, "a.test", DnsType.Srv);

        DnsMessage.TryRead(query.AsSpan(0, length), Id, "a.test", DnsType.Srv, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(new byte[] { 0xc0, 0x00 })]
    [InlineData(new byte[] { 0x01, (byte)'a', 0xc0, 0x00 })]
    [InlineData(new byte[] { 0xc0, 0x02, 0xc0, 0x00 })]
    [InlineData(new byte[] { 0x01, (byte)'.', 0x00 })]
    [InlineData(new byte[] { 0x05, (byte)'a', 0x00 })]
    [InlineData(new byte[] { 0x40, (byte)'a', 0x00 })]
    [InlineData(new byte[] { 0x01, (byte)'a' })]
    public void A_name_that_goes_in_circles_or_ends_too_early_is_none(byte[] bytes)
    {
        var position = 0;

        DnsName.TryRead(bytes, ref position, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_pointer_leads_to_the_rest_of_a_name()
    {
        var (bytes, position) = (new byte[] { 4, (byte)'T', (byte)'e', (byte)'s', (byte)'t', 0, 1, (byte)'a', 0xc0, 0, 9 }, 6);

        DnsName.TryRead(bytes, ref position, out var name).ShouldBeTrue();

        name.ShouldBe("a.test");
        position.ShouldBe(10);
    }

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

    private static byte[] Message(string name, FakeNameServer.Record[] records)
    {
        var query = new byte[DnsMessage.MaxQuery];
        var length = DnsMessage.WriteQuery(query, Id, name, DnsType.Srv);
        return FakeNameServer.Answer(query.AsSpan(0, length), 0, false, records, []);
    }

    private static bool Matches(DnsRecord read, FakeNameServer.Record said) => read.Name == said.Owner && (int)read.Type == said.Type && read.Ttl == TimeSpan.FromSeconds(said.Ttl) && read switch
    {
        AddressRecord address => address.Address.GetAddressBytes().SequenceEqual(said.Data),
        ServiceRecord service => said.Data.AsSpan(0, 6).SequenceEqual((ReadOnlySpan<byte>)[(byte)(service.Priority >> 8), (byte)service.Priority, (byte)(service.Weight >> 8), (byte)service.Weight, (byte)(service.Port >> 8), (byte)service.Port]),
        AliasRecord alias => said.Data.AsSpan(1, said.Data[0]).SequenceEqual(System.Text.Encoding.ASCII.GetBytes(alias.Alias.Split('.')[0])),
        _ => false,
    };
}
