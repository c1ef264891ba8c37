using Sidecar.Proxy.Configuration.Resilience;
using Sidecar.Proxy.Resilience.Concurrency;

namespace Sidecar.Proxy.Tests.Resilience.Concurrency;

public sealed class GradientLimitTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1, 0.005)]
    [InlineData(2, 0.05)]
    [InlineData(8, 0.02)]
    [InlineData(8, 0.5)]
    [InlineData(50, 0.05)]
    public void An_app_that_is_offered_four_times_what_it_can_do_does_what_it_can(int workers, double serviceSeconds)
    {
        var app = new SimulatedApp(workers, serviceSeconds);
        var unloaded = app.Offer(app.Capacity / 10, Minute).Most;

        app.Offer(4 * app.Capacity, Minute);
        var outcome = app.Offer(4 * app.Capacity, Minute);

        outcome.Latencies.Count.ShouldBeGreaterThan((int)(0.9 * 60 * app.Capacity));
        outcome.Most.ShouldBeLessThan(3 * unloaded);
        outcome.Shed.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void An_app_that_is_overloaded_from_the_first_request_on_is_found_out_too()
    {
        var app = new SimulatedApp(workers: 3, serviceSeconds: 0.02);

        app.Offer(4 * app.Capacity, Minute);
        var outcome = app.Offer(4 * app.Capacity, Minute);

        outcome.Latencies.Count.ShouldBeGreaterThan((int)(0.9 * 60 * app.Capacity));
        outcome.Most.ShouldBeLessThan(3 * 0.024);
    }

    [Fact]
    public void An_overload_that_lasts_never_becomes_what_is_normal()
    {
        var app = new SimulatedApp(workers: 8, serviceSeconds: 0.02);

        for (var minute = 0; minute < 30; minute++)
            app.Offer(2 * app.Capacity, Minute).Most.ShouldBeLessThan(3 * 0.024);
    }

    [Fact]
    public void Nobody_is_shed_while_there_is_little_to_do()
    {
        var app = new SimulatedApp(workers: 8, serviceSeconds: 0.02);

        for (var minute = 0; minute < 10; minute++)
            app.Offer(app.Capacity / 4, Minute).Shed.ShouldBe(0);
    }

    [Fact]
    public void The_limit_grows_where_there_is_room()
    {
        var app = new SimulatedApp(workers: 500, serviceSeconds: 0.05);

        app.Offer(app.Capacity / 2, Minute);
        var outcome = app.Offer(app.Capacity / 2, Minute);

        app.Limit.Limit.ShouldBeGreaterThan(250);
        outcome.Shed.ShouldBe(0);
    }

    [Theory]
    [InlineData(0.02, 0.1)]
    [InlineData(0.1, 0.02)]
    public void An_app_that_becomes_slower_or_faster_is_learnt_anew(double before, double after)
    {
        var app = new SimulatedApp(workers: 8, serviceSeconds: before);
        app.Offer(2 * app.Capacity, Minute);

        app.ServiceSeconds = after;
        app.Offer(2 * app.Capacity, Minute);
        var outcome = app.Offer(2 * app.Capacity, Minute);

        outcome.Latencies.Count.ShouldBeGreaterThan((int)(0.9 * 60 * app.Capacity));
        outcome.Most.ShouldBeLessThan(3 * 1.2 * after);
    }

    [Fact]
    public void Failures_are_not_taken_for_speed()
    {
        var app = new SimulatedApp(workers: 8, serviceSeconds: 0.02);
        app.Offer(2 * app.Capacity, Minute);
        var (limit, unloaded) = (app.Limit.Limit, app.Limit.UnloadedSeconds);

        for (var i = 0; i < 10_000; i++)
            app.Limit.Add(app.GetTimestamp(), TimeSpan.FromMilliseconds(1), failed: true);

        app.Limit.Limit.ShouldBe(limit);
        app.Limit.UnloadedSeconds.ShouldBe(unloaded);
    }

    [Fact]
    public void Clients_that_give_up_waiting_are_heard_of()
    {
        var app = new SimulatedApp(workers: 8, serviceSeconds: 0.02);
        app.Offer(2 * app.Capacity, Minute);
        var limit = app.Limit.Limit;

        app.Offer(0.001, TimeSpan.FromSeconds(1));
        app.Limit.Saw(limit);
        for (var i = 0; i < 100; i++)
            app.Limit.Add(app.GetTimestamp(), TimeSpan.FromSeconds(1), failed: true);

        app.Limit.Limit.ShouldBeLessThan(limit);
    }

    [Fact]
    public void The_limit_stays_within_its_bounds()
    {
        new SimulatedApp(1, 1, new AdaptiveOptions { Min = 30 }).Limit.Limit.ShouldBe(30);
        new GradientLimit(new(), ceiling: 5, TimeProvider.System).Limit.ShouldBe(5);
    }
}
