using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Configuration.Resilience;
using Sidecar.Proxy.Upstream;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

public sealed class BackoffTests
{
    private static readonly RetryOptions Options = new() { BaseDelay = TimeSpan.FromMilliseconds(25), MaxDelay = TimeSpan.FromMilliseconds(250) };

    [Theory]
    [InlineData(0, 25)]
    [InlineData(1, 50)]
    [InlineData(2, 100)]
    [InlineData(3, 200)]
    [InlineData(4, 250)]
    [InlineData(9, 250)]
    public void The_longest_pause_doubles_up_to_a_maximum(int retry, int milliseconds) =>
        Options.Backoff(retry, 1).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Fact]
    public void The_pause_is_anything_up_to_that()
    {
        var draws = Gen.Choose(0, 1_000_000).Select(number => number / 1_000_000.0).ToArbitrary();

        Prop.ForAll(draws, Gen.Choose(0, 10).ToArbitrary(), (draw, retry) => Options.Backoff(retry, draw) == Options.Backoff(retry, 1) * draw).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData("2", 2)]
    [InlineData("Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData("Wed, 31 Dec 2025 00:01:00 GMT", 0)]
    [InlineData("-1", 0)]
    [InlineData("soon", 0)]
    [InlineData("1.5", 0)]
    public void Retry_After_is_seconds_or_a_date(string? text, int seconds) =>
        RetryAfter.Read(text, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void A_Retry_After_beyond_all_numbers_is_for_ever() =>
        RetryAfter.Read("99999999999999999999", default).ShouldBe(TimeSpan.MaxValue);
}
