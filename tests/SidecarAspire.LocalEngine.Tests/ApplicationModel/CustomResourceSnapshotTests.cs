using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

public class CustomResourceSnapshotTests
{
    [Fact]
    public void Is_healthy_when_it_runs_and_nothing_checks_it() =>
        Snapshot(KnownResourceStates.Running).HealthStatus.ShouldBe(HealthStatus.Healthy);

    [Fact]
    public void Has_no_health_unless_it_runs() =>
        Snapshot(KnownResourceStates.Starting, HealthStatus.Healthy).HealthStatus.ShouldBeNull();

    [Fact]
    public void Is_unhealthy_until_its_check_has_run() =>
        Snapshot(KnownResourceStates.Running, null, HealthStatus.Healthy).HealthStatus.ShouldBe(HealthStatus.Unhealthy);

    [Fact]
    public void Is_as_healthy_as_its_worst_check() =>
        Snapshot(KnownResourceStates.Running, HealthStatus.Healthy, HealthStatus.Degraded).HealthStatus.ShouldBe(HealthStatus.Degraded);

    private static CustomResourceSnapshot Snapshot(string state, params HealthStatus?[] reports) => new()
    {
        ResourceType = "Executable",
        Properties = [],
        State = state,
        HealthReports = [.. reports.Select((status, i) => new HealthReportSnapshot($"check-{i}", status, null, null))],
    };
}
