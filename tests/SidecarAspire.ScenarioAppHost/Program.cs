using SidecarAspire.ScenarioAppHost;

// The first argument picks the scenario, the others are the app host's.
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
{
    Args = args[1..],
    DisableDashboard = args[0] != nameof(Scenarios.Dashboard),
});
Scenarios.Describe(args[0], builder);
builder.Build().Run();
