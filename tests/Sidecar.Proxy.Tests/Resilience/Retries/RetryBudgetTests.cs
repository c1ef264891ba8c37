using Sidecar.Proxy.Resilience.Retries;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

public sealed class RetryBudgetTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_share_of_the_requests_may_be_retried()
    {
        var budget = new RetryBudget(_time);
        Request(budget, 100);

        Take(budget, new() { BudgetPercent = 20, BudgetMinimumPerSecond = 0 }, 50).ShouldBe(20);
    }

    [Fact]
    public void A_few_retries_are_there_without_any_requests() =>
        Take(new(_time), new() { BudgetPercent = 20, BudgetMinimumPerSecond = 3 }, 50).ShouldBe(30);

    [Fact]
    public void The_share_and_the_minimum_do_not_add_up()
    {
        var budget = new RetryBudget(_time);
        Request(budget, 1000);

        Take(budget, new() { BudgetPercent = 20, BudgetMinimumPerSecond = 3 }, 500).ShouldBe(200);
    }

    [Fact]
    public void What_is_ten_seconds_old_is_forgotten_and_not_before()
    {
        var (budget, options) = (new RetryBudget(_time), new RetryOptions { BudgetPercent = 10, BudgetMinimumPerSecond = 0 });
        Request(budget, 100);
        Take(budget, options, 10).ShouldBe(10);

        _time.Advance(TimeSpan.FromSeconds(9));
        Take(budget, options, 1).ShouldBe(0);
        Request(budget, 20);
        Take(budget, options, 5).ShouldBe(2);

        _time.Advance(TimeSpan.FromSeconds(1));
        Take(budget, options, 5).ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(9));
        Take(budget, options, 5).ShouldBe(0);
        Request(budget, 10);
        Take(budget, options, 5).ShouldBe(1);
    }

    [Fact]
    public void A_pause_of_any_length_leaves_nothing_behind()
    {
        var (budget, options) = (new RetryBudget(_time), new RetryOptions { BudgetPercent = 100, BudgetMinimumPerSecond = 0 });
        Request(budget, 100);

        _time.Advance(TimeSpan.FromHours(1));

        Take(budget, options, 1).ShouldBe(0);
    }

    private static void Request(RetryBudget budget, int count)
    {
        for (var i = 0; i < count; i++)
            budget.AddRequest();
    }

    private static int Take(RetryBudget budget, RetryOptions options, int count) => Enumerable.Range(0, count).Count(_ => budget.TryTake(options));
}
