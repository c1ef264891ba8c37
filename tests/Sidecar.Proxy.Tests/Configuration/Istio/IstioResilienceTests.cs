using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Configuration.Traffic;

namespace Sidecar.Proxy.Tests.Configuration.Istio;

public sealed class IstioResilienceTests : IDisposable
{
    private const string Route = "\n    route: [{destination: {host: app}}]";

    private readonly IstioConfiguration _istio = new();

    public void Dispose() => _istio.Dispose();

    [Fact]
    public void Timeouts_and_retries_become_the_routes_own()
    {
        var resilience = _istio.Routes("  - timeout: 5s\n    retries: {attempts: 3, perTryTimeout: 2s, retryOn: 'gateway-error,connect-failure,429'}" + Route).Routes[0].Resilience!;

        resilience.Timeouts!.Total.ShouldBe(TimeSpan.FromSeconds(5));
        resilience.Timeouts.Attempt.ShouldBe(TimeSpan.FromSeconds(2));
        resilience.Retry!.MaxRetries.ShouldBe(3);
        resilience.Retry.Statuses.ShouldBe([429, 502, 503, 504]);
    }

    [Fact]
    public void Retries_that_do_not_say_on_what_are_for_what_Istio_takes()
    {
        var retry = _istio.Routes("  - retries: {attempts: 1}" + Route).Routes[0].Resilience!.Retry!;

        (retry.MaxRetries, retry.Statuses.ShouldHaveSingleItem()).ShouldBe((1, 503));
    }

    [Fact]
    public void Every_server_error_is_500_to_599() =>
        _istio.Routes("  - retries: {retryOn: 5xx}" + Route).Routes[0].Resilience!.Retry!.Statuses.ShouldBe(Enumerable.Range(500, 100));

    [Fact]
    public void No_timeout_is_none() => _istio.Routes("  - timeout: 0s" + Route).Routes[0].Resilience.ShouldBeNull();

    [Fact]
    public void Faults_are_injected_because_they_are_asked_for()
    {
        var faults = _istio.Routes("  - fault: {delay: {fixedDelay: 7s, percentage: {value: 0.5}}, abort: {httpStatus: 503, percentage: {value: 100}}}" + Route).Routes[0].Resilience!.Faults!;

        faults.Enabled.ShouldBeTrue();
        (faults.Delay!.Duration, faults.Delay.Percent).ShouldBe((TimeSpan.FromSeconds(7), 0.5));
        (faults.Abort!.Status, faults.Abort.Percent).ShouldBe((503, 100));
    }

    [Theory]
    [InlineData("simple: ROUND_ROBIN", LoadBalancingPolicy.RoundRobin, null)]
    [InlineData("simple: LEAST_REQUEST", LoadBalancingPolicy.PowerOfTwoChoices, null)]
    [InlineData("simple: LEAST_CONN", LoadBalancingPolicy.PowerOfTwoChoices, null)]
    [InlineData("simple: RANDOM", LoadBalancingPolicy.Random, null)]
    [InlineData("consistentHash: {httpHeaderName: x-user}", LoadBalancingPolicy.ConsistentHash, "header:x-user")]
    [InlineData("consistentHash: {httpCookie: {name: user}}", LoadBalancingPolicy.ConsistentHash, "cookie:user")]
    [InlineData("consistentHash: {useSourceIp: true}", LoadBalancingPolicy.ConsistentHash, "address")]
    public void Load_is_balanced_as_the_rule_says(string loadBalancer, LoadBalancingPolicy policy, string? hashOn)
    {
        var balancing = Upstream($"    loadBalancer:\n      {loadBalancer}").LoadBalancing!;

        (balancing.Policy, balancing.HashOn).ShouldBe((policy, hashOn));
    }

    [Fact]
    public void Outliers_are_ejected_as_the_rule_says()
    {
        var upstream = Upstream("    outlierDetection: {consecutive5xxErrors: 7, interval: 5m, baseEjectionTime: 15m, maxEjectionPercent: 100, minHealthPercent: 30}");

        upstream.OutlierDetection.ShouldNotBeNull().ShouldSatisfyAllConditions(
            outliers => outliers.ConsecutiveFailures.ShouldBe(7),
            outliers => outliers.GatewayFailuresOnly.ShouldBeFalse(),
            outliers => outliers.Interval.ShouldBe(TimeSpan.FromMinutes(5)),
            outliers => outliers.BaseEjectionTime.ShouldBe(TimeSpan.FromMinutes(15)),
            outliers => outliers.MaxEjectionPercent.ShouldBe(100));
        upstream.LoadBalancing!.PanicPercent.ShouldBe(30);
    }

    [Fact]
    public void Outliers_can_be_those_that_gateways_see()
    {
        var outliers = Upstream("    outlierDetection: {consecutive5xxErrors: 0, consecutiveGatewayErrors: 3}").OutlierDetection!;

        (outliers.ConsecutiveFailures, outliers.GatewayFailuresOnly).ShouldBe((3, true));
    }

    [Theory]
    [InlineData("  - timeout: soon", "istio.yaml:8: spec.http[0].timeout: 'soon' is not allowed; it must be a duration from 1ms to 24h")]
    [InlineData("  - retries: {attempts: 11}", "istio.yaml:8: spec.http[0].retries.attempts: '11' is not allowed; it must be a number from 0 to 10")]
    [InlineData("  - retries: {retryOn: 'cancelled'}", "istio.yaml:8: spec.http[0].retries.retryOn: 'cancelled' is not allowed; it must be a list of 5xx, ")]
    [InlineData("  - retries: {backoff: 1s}", "istio.yaml:8: spec.http[0].retries.backoff is not supported; ")]
    [InlineData("  - fault: {abort: {httpStatus: 200, percentage: {value: 1}}}", "istio.yaml:8: spec.http[0].fault.abort.httpStatus: '200' is not allowed; it must be a number from 400 to 599")]
    [InlineData("  - fault: {delay: {exponentialDelay: 1s, percentage: {value: 1}}}", "istio.yaml:8: spec.http[0].fault.delay.exponentialDelay is not supported; ")]
    [InlineData("  - fault: {abort: {httpStatus: 500}}", "spec.http[0].fault.abort: '' is not allowed; it must be a fault with percentage.value")]
    public void What_cannot_be_is_named_with_its_place(string http, string message)
    {
        var problem = Should.Throw<ConfigurationException>(() => _istio.Routes(http + Route)).Problems.ShouldHaveSingleItem().ToString();

        problem.ShouldContain(message);
    }

    private UpstreamOptions Upstream(string policy) => _istio.Parse(IstioConfiguration.DestinationRule(policy), "Sidecar:Istio:App=app").Upstream;
}
