using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SidecarAspire.Hosting.Output;
using SidecarAspire.Hosting.Tests.Publishing;

namespace SidecarAspire.Hosting.Tests.Output;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("yes")]
    [InlineData("NO")]
    [InlineData("y")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.5")]
    [InlineData("0x1F")]
    [InlineData("1e3")]
    [InlineData("E4")]
    [InlineData("e+1")]
    [InlineData("12:30:45")]
    [InlineData("2024-01-01")]
    [InlineData(".inf")]
    [InlineData("-")]
    [InlineData("- a")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("a:")]
    [InlineData("{{ .Values.a }}")]
    [InlineData("*all")]
    [InlineData("&a")]
    [InlineData("!tag")]
    [InlineData("@at")]
    [InlineData("two\nlines\n")]
    [InlineData("two\nlines")]
    [InlineData("  indented\nlines\n\n")]
    [InlineData("\n")]
    [InlineData("\n\n")]
    [InlineData(" \n")]
    [InlineData("\n ")]
    [InlineData("a\n ")]
    [InlineData("a\n \nb")]
    [InlineData("a\n\n\nb\n")]
    [InlineData("tab\there")]
    [InlineData("quote \" and \\ and '")]
    public void Text_stays_text(string text) => RoundTrip(text).ShouldBe(text);

    [Fact]
    public void Any_text_stays_text() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var printable = new string([.. text.Get.Where(character => character is '\n' or (>= ' ' and <= '~'))]);
            return RoundTrip(printable) == printable;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void Numbers_truth_and_empty_things_are_what_they_are()
    {
        var tree = new JsonObject { ["number"] = 8080, ["truth"] = true, ["map"] = new JsonObject(), ["list"] = new JsonArray(), ["nothing"] = null };

        YamlText.Of(tree).ShouldBe("number: 8080\ntruth: true\nmap: {}\nlist: []\nnothing: null\n");
    }

    private static string RoundTrip(string text) => YamlObjects.Parse(YamlText.Of(new JsonObject { ["text"] = text, ["after"] = "x" })).Single()["text"]!.GetValue<string>();
}
