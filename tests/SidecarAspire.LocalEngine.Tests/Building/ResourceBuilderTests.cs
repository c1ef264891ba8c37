using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Building;

public sealed class ResourceBuilderTests : IDisposable
{
    private readonly AnApplication _application = new();
    private readonly IResourceBuilder<ExecutableResource> _web;

    public ResourceBuilderTests() => _web = _application.AddProgram("web");

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task Arguments_are_resolved_and_stay_in_order()
    {
        var api = AnApplication.Allocate(_application.AddProgram("api").WithHttpEndpoint().GetEndpoint("http"));
        _web.WithArgs("--first")
            .WithArgs(api, 7)
            .WithArgs(context => context.Args.Insert(0, "zeroth"))
            .WithArgs(async context =>
            {
                await Task.Yield();
                context.Args.Add(ReferenceExpression.Create($"--last={api.Property(EndpointProperty.Port)}"));
            });

        (await _application.ResolveAsync(_web)).Arguments.ShouldBe(["zeroth", "--first", "http://localhost:5000", "7", "--last=5000"]);
    }

    [Fact]
    public void Paths_are_relative_to_the_app_host()
    {
        var program = _application.Builder.AddExecutable("tool", "./tool", "../tools", "-v").WithCommand("./other").WithWorkingDirectory("bin").Resource;

        program.Command.ShouldBe("./other");
        program.WorkingDirectory.ShouldBe(_application.Folder["bin"]);
    }

    [Fact]
    public async Task Links_are_those_of_the_endpoints_and_those_added_and_callbacks_change_them()
    {
        AnApplication.Allocate(_web.WithHttpEndpoint().GetEndpoint("http"));
        _web.WithUrl("https://example.org", "Docs")
            .WithUrlForEndpoint("HTTP", url => url.DisplayText = "Home")
            .WithUrls(context => context.Urls.Add(new ResourceUrlAnnotation { Url = "/status", Endpoint = context.GetEndpoint("http"), DisplayLocation = UrlDisplayLocation.DetailsOnly }))
            .WithUrls(context =>
            {
                context.GetEndpoint("absent").ShouldBeNull();
                return Task.CompletedTask;
            });

        var urls = await ResourceUrls.OfAsync(_web.Resource, _application.Builder.ExecutionContext, TestContext.Current.CancellationToken);

        urls.Select(u => (u.Name, u.Url, u.IsInternal, u.DisplayProperties.DisplayName)).ShouldBe(
        [
            ("http", "http://localhost:5000", false, "Home"),
            (null, "https://example.org", false, "Docs"),
            ("http", "http://localhost:5000/status", true, ""),
        ]);
    }

    [Fact]
    public async Task A_command_is_added_once_by_its_name()
    {
        var options = new CommandOptions { Description = "Forgets everything", ConfirmationMessage = "Sure?", IsHighlighted = true };
        _web.WithCommand("reset", "Reset", _ => throw new InvalidOperationException("replaced"))
            .WithCommand("reset", "Reset all", _ => Task.FromResult(CommandResults.Success("done")), options);

        var command = _web.Resource.Annotations.OfType<ResourceCommandAnnotation>().ShouldHaveSingleItem();

        command.DisplayName.ShouldBe("Reset all");
        command.DisplayDescription.ShouldBe("Forgets everything");
        command.ConfirmationMessage.ShouldBe("Sure?");
        command.IsHighlighted.ShouldBeTrue();
        (await command.ExecuteCommand(null!)).Message.ShouldBe("done");
    }

    [Fact]
    public void An_explicit_start_and_a_parent_are_noted()
    {
        var parent = _application.AddProgram("parent");

        _web.WithExplicitStart().WithParentRelationship(parent);

        _web.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>().ShouldBeTrue();
        _web.Resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(r => (r.Resource, r.Type)).ShouldBe([(parent.Resource, "Parent")]);
    }

    [Fact]
    public void Waits_say_for_what()
    {
        var (api, job, db) = (_application.AddProgram("api"), _application.AddProgram("job"), _application.AddProgram("db"));

        _web.WaitFor(api).WaitForCompletion(job, exitCode: 3).WaitForStart(db);

        _web.Resource.Annotations.OfType<WaitAnnotation>().Select(w => (w.Resource.Name, w.WaitType, w.ExitCode)).ShouldBe(
        [
            ("api", WaitType.WaitUntilHealthy, 0), ("job", WaitType.WaitForCompletion, 3), ("db", WaitType.WaitUntilStarted, 0),
        ]);
        _web.Resource.Annotations.OfType<ResourceRelationshipAnnotation>().ShouldAllBe(r => r.Type == "WaitFor");
    }

    [Fact]
    public void Waiting_for_itself_is_refused() =>
        Should.Throw<DistributedApplicationException>(() => _web.WaitFor(_web)).Message.ShouldBe("The 'web' resource cannot wait for itself.");

    [Fact]
    public void A_health_check_watches_the_first_http_endpoint_unless_told_otherwise()
    {
        _web.WithHttpsEndpoint().WithHttpEndpoint(name: "admin").WithHttpHealthCheck("/ready").WithHttpHealthCheck(statusCode: 204, endpointName: "admin");

        _web.Resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key).ShouldBe(["web_https_/ready_200_check", "web_admin_/_204_check"]);
    }

    [Fact]
    public void The_same_health_check_twice_is_refused() =>
        Should.Throw<DistributedApplicationException>(() => _web.WithHttpEndpoint().WithHttpHealthCheck("/").WithHttpHealthCheck("/")).Message
            .ShouldBe("Resource 'web' already has a health check with key 'web_http_/_200_check'.");

    [Fact]
    public void An_annotation_replaces_those_of_its_type_if_asked_to()
    {
        _web.WithAnnotation(new HealthCheckAnnotation("a")).WithAnnotation(new HealthCheckAnnotation("b"), ResourceAnnotationMutationBehavior.Replace);

        _web.Resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key).ShouldBe(["b"]);
    }

    [Fact]
    public void A_resource_that_was_added_is_found_again_by_name_and_type()
    {
        _application.Builder.CreateResourceBuilder<ExecutableResource>("WEB").Resource.ShouldBeSameAs(_web.Resource);

        Should.Throw<InvalidOperationException>(() => _application.Builder.CreateResourceBuilder<ExecutableResource>("absent")).Message.ShouldBe("Resource 'absent' was not found.");
        Should.Throw<InvalidOperationException>(() => _application.Builder.CreateResourceBuilder<ParameterResource>("web")).Message.ShouldContain("is not a");
    }
}
