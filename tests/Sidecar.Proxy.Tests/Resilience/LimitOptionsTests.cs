using Microsoft.Extensions.Configuration;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Configuration.Resilience;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience;

public sealed class LimitOptionsTests
{
    private const string Section = "Sidecar:Resilience:";

    [Fact]
    public void Nothing_is_limited_unless_it_is_asked_for()
    {
        var resilience = OptionsOf.Settings().Resilience;

        resilience.RateLimits.ShouldBeNull();
        resilience.Concurrency.ShouldBeNull();
        resilience.Faults.ShouldBeNull();
    }

    [Fact]
    public void Everything_can_be_said()
    {
        var resilience = OptionsOf.Settings(
            $"{Section}RateLimits:0:By=header", $"{Section}RateLimits:0:Header=X-Key", $"{Section}RateLimits:0:PerSecond=0.5", $"{Section}RateLimits:0:Burst=7",
            $"{Section}Concurrency:Max=50", $"{Section}Concurrency:Queue=5", $"{Section}Concurrency:QueueTimeout=200ms", $"{Section}Concurrency:Adaptive:Min=3",
            $"{Section}Faults:Enabled=true", $"{Section}Faults:Headers:X-Test=on", $"{Section}Faults:Delay:Percent=12.5", $"{Section}Faults:Delay:Duration=2s",
            $"{Section}PriorityHeader=X-Matters").Resilience;

        resilience.RateLimits.ShouldBe([new RateLimitOptions { By = RateLimitKey.Header, Header = "X-Key", PerSecond = 0.5, Burst = 7 }]);
        resilience.Concurrency.ShouldBe(new() { Max = 50, Queue = 5, QueueTimeout = TimeSpan.FromMilliseconds(200), Adaptive = new() { Min = 3 } });
        resilience.Faults!.Enabled.ShouldBeTrue();
        resilience.Faults.Headers.ShouldBe([new("X-Test", "on")]);
        resilience.Faults.Delay.ShouldBe(new() { Percent = 12.5, Duration = TimeSpan.FromSeconds(2) });
        resilience.PriorityHeader.ShouldBe("X-Matters");
    }

    [Fact]
    public void In_a_file_an_empty_section_is_enough_and_an_empty_text_is_an_empty_list()
    {
        var file = JsonSettings.Read("""{"Sidecar":{"Resilience":{"RateLimits":"","Concurrency":{"Adaptive":{}}}}}""");
        var resilience = OptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(file).Build()).Resilience;

        resilience.RateLimits.ShouldBe([]);
        resilience.Concurrency.ShouldBe(new() { Adaptive = new() });
    }

    [Theory]
    [InlineData("RateLimits:0:Burst=5", "RateLimits:0:PerSecond", "a number from 0.01 to 1000000")]
    [InlineData("RateLimits:0:PerSecond=0", "RateLimits:0:PerSecond", "a number from 0.01 to 1000000")]
    [InlineData("RateLimits:0:PerSecond=1,RateLimits:0:Burst=0", "RateLimits:0:Burst", "a number from 1 to 1000000")]
    [InlineData("RateLimits:0:PerSecond=1,RateLimits:0:MaxKeys=0", "RateLimits:0:MaxKeys", "a number from 1 to 100000")]
    [InlineData("RateLimits:0:PerSecond=1,RateLimits:0:By=cookie", "RateLimits:0:By", "one of address, header, identity")]
    [InlineData("RateLimits:0:PerSecond=1,RateLimits:0:By=header", "RateLimits:0:Header", "the name of a header where By is header")]
    [InlineData("RateLimits:0:PerSecond=1,RateLimits:0:Header=X", "RateLimits:0:Header", "left out unless By is header")]
    [InlineData("RateLimits:0:PerSecond=1,RateLimits:0:By=header,RateLimits:0:Header=a b", "RateLimits:0:Header", "the name of a header")]
    [InlineData("RateLimits=100", "RateLimits", "a list of sections, such as one under 0")]
    [InlineData("Concurrency=100", "Concurrency", "a section with keys of its own")]
    [InlineData("Concurrency:Queue=5", "Concurrency:Max", "a number from 1 to 1000000, unless Adaptive is given")]
    [InlineData("Concurrency:Max=0", "Concurrency:Max", "a number from 1 to 1000000")]
    [InlineData("Concurrency:Max=1,Concurrency:Queue=-1", "Concurrency:Queue", "a number from 0 to 1000000")]
    [InlineData("Concurrency:Max=1,Concurrency:QueueTimeout=0s", "Concurrency:QueueTimeout", "a duration from 1ms to 5m")]
    [InlineData("Concurrency:Adaptive=false", "Concurrency:Adaptive", "a section with keys of its own")]
    [InlineData("Concurrency:Max=3,Concurrency:Adaptive:Min=4", "Concurrency:Max", "a number from Adaptive:Min, which is 4")]
    [InlineData("Concurrency:Adaptive:LatencyTolerance=1", "Concurrency:Adaptive:LatencyTolerance", "a number from 1.05 to 10")]
    [InlineData("Concurrency:Adaptive:ProbeInterval=10ms", "Concurrency:Adaptive:ProbeInterval", "a duration from 1s to 1h")]
    [InlineData("PriorityHeader=a:b", "PriorityHeader", "the name of a header")]
    [InlineData("Faults:Enabled=true", "Faults:Enabled", "false unless Delay or Abort is given")]
    [InlineData("Faults:Delay:Percent=5", "Faults:Delay:Duration", "a duration from 1ms to 1h")]
    [InlineData("Faults:Delay:Duration=5s", "Faults:Delay:Percent", "a number from 0.0001 to 100")]
    [InlineData("Faults:Abort:Percent=101,Faults:Abort:Status=503", "Faults:Abort:Percent", "a number from 0.0001 to 100")]
    [InlineData("Faults:Abort:Percent=5,Faults:Abort:Status=200", "Faults:Abort:Status", "a number from 400 to 599")]
    public void A_bad_value_is_named_with_what_is_allowed(string settings, string key, string allowed)
    {
        var problem = Should.Throw<ConfigurationException>(() => OptionsOf.Settings([.. settings.Split(',').Select(setting => Section + setting)])).Problems.ShouldHaveSingleItem();

        problem.Key.ShouldBe(Section + key);
        problem.Allowed.ShouldStartWith(allowed);
        problem.ToString().ShouldNotContain("\n");
    }
}
