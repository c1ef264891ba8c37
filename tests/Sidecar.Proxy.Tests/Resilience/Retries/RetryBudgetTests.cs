using Sidecar.Proxy.Configuration.Resilience;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.AccessLogging;
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

    [Fact]
    public async Task Without_a_budget_the_first_answer_goes_to_the_client()
    {
        var turns = new Turns(Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce, "Sidecar:Resilience:Retry:BudgetPercent=0", "Sidecar:Resilience:Retry:BudgetMinimumPerSecond=0");
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.GetAsync()).ShouldEndWith("busy");

        turns.Seen.Count.ShouldBe(1);
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.retry.refused"].ShouldBe("over_budget");
        metrics["sidecar.retries", "sidecar.retry.reason=status", "sidecar.retry.outcome=over_budget"].ShouldBe(1);
    }

    [Fact]
    public async Task All_clusters_have_a_budget_of_their_own_and_retries_stay_within_it()
    {
        var (failing, working) = (new Turns(Turns.Unavailable), new Turns(Turns.Unavailable, Answers.Ok));
        await using var bad = failing.App();
        await using var good = working.App();
        await using var sidecar = await RunningSidecar.StartAsync(
            bad.Url, _time.Drive, Retrying.AtOnce, "Sidecar:Resilience:Retry:BudgetPercent=20", "Sidecar:Resilience:Retry:BudgetMinimumPerSecond=1",
            $"Sidecar:Clusters:good:Targets={good.Url}", "Sidecar:Routes:0:Name=good", "Sidecar:Routes:0:Match:PathPrefix=/good", "Sidecar:Routes:0:Cluster=good");
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            (await client.ReadMessageAsync()).ShouldEndWith("busy");
        }

        failing.Seen.Count.ShouldBeInRange(110, 120);
        (await sidecar.GetAsync("/good")).ShouldEndWith("ok");
    }

    private static void Request(RetryBudget budget, int count)
    {
        for (var i = 0; i < count; i++)
            budget.AddRequest();
    }

    private static int Take(RetryBudget budget, RetryOptions options, int count) => Enumerable.Range(0, count).Count(_ => budget.TryTake(options));
}
