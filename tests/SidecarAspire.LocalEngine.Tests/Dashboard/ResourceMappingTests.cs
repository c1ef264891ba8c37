using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SidecarAspire.LocalEngine.Tests.ApplicationModel;
using Proto = Aspire.Hosting.Dashboard.Proto;

namespace SidecarAspire.LocalEngine.Tests.Dashboard;

public class ResourceMappingTests
{
    private static readonly DateTime s_start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private static readonly CustomResourceSnapshot s_empty = new() { ResourceType = "Executable", Properties = [] };

    [Fact]
    public void What_the_dashboard_cannot_do_without_is_always_there()
    {
        var resource = Map(s_empty with { Urls = [new(null, "http://localhost:1", false)], Properties = [new("executable.pid", null)] });

        resource.Name.ShouldBe("app-abcdefgh");
        resource.Uid.ShouldBe("app-abcdefgh");
        resource.DisplayName.ShouldBe("app");
        resource.ResourceType.ShouldBe("Executable");
        resource.CreatedAt.ShouldBe(Timestamp.FromDateTime(s_start));
        resource.Urls[0].DisplayProperties.ShouldNotBeNull();
        resource.Properties.ShouldAllBe(property => property.Value != null);
    }

    [Fact]
    public void A_secret_in_the_environment_does_not_leave_the_process()
    {
        var resource = Map(s_empty with { EnvironmentVariables = [new("PORT", "8080", true), new("API_KEY", "s3cret", true) { IsSensitive = true }] });

        resource.Environment.ShouldBe(
        [
            new Proto.EnvironmentVariable { Name = "PORT", Value = "8080", IsFromSpec = true },
            new Proto.EnvironmentVariable { Name = "API_KEY", Value = "(secret)", IsFromSpec = true },
        ]);
        resource.ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public void A_sensitive_property_is_marked() =>
        Property(s_empty with { Properties = [new("executable.args", new List<string> { "--key", "x" }) { IsSensitive = true }] }, "executable.args").IsSensitive.ShouldBeTrue();

    [Fact]
    public void Properties_keep_their_kind()
    {
        var snapshot = s_empty with
        {
            ExitCode = 3,
            Properties = [new("executable.path", "node"), new("executable.pid", 17), new("executable.args", new List<string> { "app.js" }), new("flag", true)],
        };

        Property(snapshot, "executable.path").Value.ShouldBe(Value.ForString("node"));
        Property(snapshot, "executable.pid").Value.ShouldBe(Value.ForNumber(17));
        Property(snapshot, "executable.args").Value.ShouldBe(Value.ForList(Value.ForString("app.js")));
        Property(snapshot, "flag").Value.ShouldBe(Value.ForBool(true));
        Property(snapshot, "resource.exitCode").Value.ShouldBe(Value.ForString("3"));
    }

    [Fact]
    public void A_state_its_health_and_its_times_are_told()
    {
        var resource = Map(s_empty with
        {
            State = new("Running", "success"),
            StartTimeStamp = s_start,
            HealthReports = [new("http", HealthStatus.Degraded, "slow", null) { LastRunAt = s_start }, new("later", null, null, null)],
        });

        resource.State.ShouldBe("Running");
        resource.StateStyle.ShouldBe("success");
        resource.StartedAt.ShouldBe(Timestamp.FromDateTime(s_start));
        resource.StoppedAt.ShouldBeNull();
        resource.HealthReports[0].Status.ShouldBe(Proto.HealthStatus.Degraded);
        resource.HealthReports[0].Description.ShouldBe("slow");
        resource.HealthReports[1].HasStatus.ShouldBeFalse();
    }

    [Fact]
    public void Links_relations_and_hiding_are_told()
    {
        var resource = Map(s_empty with
        {
            IsHidden = true,
            Urls = [new("http", "http://localhost:8080", false) { DisplayProperties = new("Shop", 5), IsInactive = true }],
            Relationships = [new("legacy-app", "Parent")],
        });

        resource.IsHidden.ShouldBeTrue();
        resource.Urls.ShouldHaveSingleItem().ShouldBe(new Proto.Url
        {
            EndpointName = "http",
            FullUrl = "http://localhost:8080",
            IsInactive = true,
            DisplayProperties = new() { DisplayName = "Shop", SortOrder = 5 },
        });
        resource.Relationships.ShouldHaveSingleItem().ShouldBe(new Proto.ResourceRelationship { ResourceName = "legacy-app", Type = "Parent" });
    }

    [Fact]
    public void A_child_is_shown_below_its_parent()
    {
        var app = new TestResource("legacy-app", new ResourceInstanceAnnotation("abcdefgh"));
        var sidecar = new TestResource("sidecar", new ResourceRelationshipAnnotation(app, "Parent"));

        var properties = ResourceMapping.ToProto(new(sidecar, "sidecar", s_empty), s_start).Properties;

        properties.Single(property => property.Name == "resource.parentName").Value.ShouldBe(Value.ForString("legacy-app-abcdefgh"));
    }

    [Fact]
    public async Task The_lifecycle_commands_have_buttons()
    {
        using var services = new ResourceServices();
        var app = new TestResource("app");
        LifecycleCommands.Add(app, _ => Task.CompletedTask, _ => Task.CompletedTask);
        await services.Publish(app, KnownResourceStates.Running);
        services.Notifications.TryGetCurrentState("app", out var state);

        var commands = ResourceMapping.ToProto(state!, s_start).Commands;

        commands.Select(c => (c.Name, c.IconName, c.IconVariant, c.IsHighlighted, c.State)).ShouldBe(
        [
            ("start", "Play", Proto.IconVariant.Filled, true, Proto.ResourceCommandState.Hidden),
            ("stop", "Stop", Proto.IconVariant.Filled, true, Proto.ResourceCommandState.Enabled),
            ("restart", "ArrowCounterclockwise", Proto.IconVariant.Regular, false, Proto.ResourceCommandState.Enabled),
        ]);
    }

    private static Proto.ResourceProperty Property(CustomResourceSnapshot snapshot, string name) => Map(snapshot).Properties.Single(p => p.Name == name);

    private static Proto.Resource Map(CustomResourceSnapshot snapshot) =>
        ResourceMapping.ToProto(new(new TestResource("app"), "app-abcdefgh", snapshot), s_start);
}
