using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("5s", 5_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("00:00:05", 5_000)]
    [InlineData("0s", 0)]
    public void Reads_what_operators_write(string text, double milliseconds)
    {
        Duration.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalMilliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData("-00:00:05")]
    [InlineData("99999999999999h")]
    [InlineData("soon")]
    public void Refuses_what_could_mean_anything(string text) => Duration.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("500ms")]
    [InlineData("90s")]
    [InlineData("2m")]
    [InlineData("7d")]
    [InlineData("0s")]
    [InlineData("0.5ms")]
    public void Writes_what_it_reads(string text) => Duration.Format(Duration.Parse(text)).ShouldBe(text);
}
