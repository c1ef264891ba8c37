using Sidecar.Proxy.Server;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

public sealed class DeadlineTests
{
    private readonly ManualTime _time = new();
    private readonly List<string> _late = [];

    [Fact]
    public void What_waits_too_long_is_told_once()
    {
        using var clock = new Deadline(_time);

        clock.Start(TimeSpan.FromSeconds(5), _ => _late.Add("five"), this);
        _time.Advance(TimeSpan.FromSeconds(4));
        _late.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(60));

        _late.ShouldBe(["five"]);
    }

    [Fact]
    public void What_has_stopped_waiting_is_never_late()
    {
        using var clock = new Deadline(_time);

        clock.Start(TimeSpan.FromSeconds(5), _ => _late.Add("five"), this);
        clock.Stop();
        _time.Advance(TimeSpan.FromSeconds(60));

        _late.ShouldBeEmpty();
    }

    [Fact]
    public void The_last_to_wait_counts_whether_its_time_is_longer_or_shorter()
    {
        using var clock = new Deadline(_time);

        clock.Start(TimeSpan.FromSeconds(5), _ => _late.Add("five"), this);
        clock.Start(TimeSpan.FromSeconds(60), _ => _late.Add("sixty"), this);
        _time.Advance(TimeSpan.FromSeconds(50));
        _late.ShouldBeEmpty();
        clock.Start(TimeSpan.FromSeconds(1), _ => _late.Add("one"), this);
        _time.Advance(TimeSpan.FromSeconds(2));

        _late.ShouldBe(["one"]);
    }
}
