using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Observability.Otlp;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Otlp;

public sealed class AttributeProperties
{
    /// <summary>Whatever is written is what a reader of protobuf that is not ours reads, at every length and in every script.</summary>
    [Fact]
    public void What_is_written_is_read()
    {
        var texts = Gen.OneOf(ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get), Gen.Choose(0, 300).Select(length => new string('a', length)), Gen.Choose(0, 200).Select(length => new string('ü', length)));
        // Half a surrogate pair is no text: it comes out as U+FFFD.
        var values = Gen.OneOf(
            texts.Where(IsText).Select(text => (object)text), ArbMap.Default.GeneratorFor<long>().Select(number => (object)number), ArbMap.Default.GeneratorFor<int>().Select(number => (object)number),
            ArbMap.Default.GeneratorFor<NormalFloat>().Select(number => (object)number.Get), ArbMap.Default.GeneratorFor<bool>().Select(truth => (object)truth));
        Prop.ForAll(texts.Where(IsText).Zip(values).ListOf().ToArbitrary(), pairs =>
        {
            var writer = new ProtobufWriter();
            var attributes = new AttributeWriter(writer, 6);
            foreach (var (key, value) in pairs)
                attributes.Add(key, value);

            var read = new OtlpFields(writer.Written).Messages(6).Select(pair => (pair.Text(1), pair.Message(2).AnyValue())).ToArray();
            return read.SequenceEqual(pairs.Select(pair => (pair.Item1, Read(pair.Item2))));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("fe80::ffff:ffff:ffff:ffff%4294967295")]
    public void An_address_is_text(string address)
    {
        var writer = new ProtobufWriter();

        new AttributeWriter(writer, 9).Add("client.address"u8, IPAddress.Parse(address));

        new OtlpFields(writer.Written).Attributes(9)["client.address"].ShouldBe(address);
    }

    [Fact]
    public void Text_in_pieces_is_one()
    {
        var writer = new ProtobufWriter();

        new AttributeWriter(writer, 9).Add("url.full"u8, "http://a", "/" + new string('p', 5000), "?q=ü");

        new OtlpFields(writer.Written).Attributes(9)["url.full"].ShouldBe($"http://a/{new string('p', 5000)}?q=ü");
    }

    private static bool IsText(string text) => !text.Any(char.IsSurrogate);

    private static object? Read(object value) => value is int number ? (long)number : value;
}
