using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Upstream;

namespace Sidecar.Proxy.Tests.Resilience.Timeouts;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", "01:00:00")]
    [InlineData("2M", "00:02:00")]
    [InlineData("10S", "00:00:10")]
    [InlineData("250m", "00:00:00.25")]
    [InlineData("1500u", "00:00:00.0015")]
    [InlineData("99999999n", "00:00:00.0999999")]
    [InlineData("0S", "00:00:00")]
    [InlineData("99999999H", "4166666.15:00:00")]
    public void Every_unit_is_read(string text, string expected)
    {
        GrpcTimeout.TryParse(text, out var timeout).ShouldBeTrue();
        timeout.ShouldBe(TimeSpan.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("10")]
    [InlineData("10s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData("1.5S")]
    [InlineData(" 1S")]
    [InlineData("100000000n")]
    [InlineData("1SS")]
    public void What_gRPC_does_not_know_is_not_read(string? text) => GrpcTimeout.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("00:00:00", "1n")]
    [InlineData("00:00:00.0000001", "100n")]
    [InlineData("00:00:00.0999999", "99999900n")]
    [InlineData("00:00:10", "10000000u")]
    [InlineData("00:02:00", "120000m")]
    [InlineData("3.00:00:00", "259200S")]
    [InlineData("4166666.15:00:00", "99999999H")]
    public void It_is_written_in_the_finest_unit_that_has_room(string timeout, string expected) =>
        GrpcTimeout.Format(TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(expected);

    [Fact]
    public void What_is_written_is_read_as_almost_the_same_and_never_as_more()
    {
        var times = ArbMap.Default.ArbFor<long>().Generator.Select(ticks => TimeSpan.FromTicks(Math.Abs(ticks % TimeSpan.FromDays(10_000).Ticks) + 1)).ToArbitrary();

        Prop.ForAll(times, time => GrpcTimeout.TryParse(GrpcTimeout.Format(time), out var read) && read <= time && time - read <= time / 1_000_000 + TimeSpan.FromTicks(1)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_text_is_too_strange()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => !GrpcTimeout.TryParse(text, out var timeout) || timeout >= TimeSpan.Zero).QuickCheckThrowOnFailure();
    }
}
