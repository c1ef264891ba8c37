using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using SidecarAspire.LocalEngine.Tests.EndToEnd;
using SidecarAspire.ScenarioAppHost;

namespace SidecarAspire.LocalEngine.Tests.Testing;

[Collection(ProcessesCollection.Name)]
public sealed class TestingBuilderTests
{
    [Fact]
    public async Task An_app_host_is_described_changed_run_and_driven_by_a_test()
    {
        await using var builder = await CreateAsync("Sound");
        builder.Resources.Select(r => r.Name).ShouldBe(["app"]);
        builder.CreateResourceBuilder<ExecutableResource>("app").WithHttpEndpoint(name: "other");
        await using var application = await builder.BuildAsync(Token);
        await application.StartAsync(Token);

        await application.ResourceNotifications.WaitForResourceHealthyAsync("app", Token);
        using var http = application.CreateHttpClient("app");
        (await http.GetStringAsync("/", Token)).ShouldBe("hello");
        (await http.GetStringAsync("/given", Token)).ShouldBe($"{Scenarios.Template} {Scenarios.Template}");

        (await application.ResourceCommands.ExecuteCommandAsync("app", KnownResourceCommands.StopCommand, Token)).Success.ShouldBeTrue();
        State(application).ShouldBe(KnownResourceStates.Finished);
        (await application.ResourceCommands.ExecuteCommandAsync("app", KnownResourceCommands.StartCommand, Token)).Success.ShouldBeTrue();
        await application.ResourceNotifications.WaitForResourceHealthyAsync("app", Token);
        var before = ProcessId(application);
        (await application.ResourceCommands.ExecuteCommandAsync("app", KnownResourceCommands.RestartCommand, Token)).Success.ShouldBeTrue();
        await application.ResourceNotifications.WaitForResourceHealthyAsync("app", Token);
        ProcessId(application).ShouldNotBe(before);
        (await http.GetStringAsync("/", Token)).ShouldBe("hello");

        await application.StopAsync(Token);
        await Should.ThrowAsync<HttpRequestException>(http.GetStringAsync("/", Token));
        await application.DisposeAsync();
    }

    [Fact]
    public async Task What_is_wrong_in_AppHost_is_thrown_where_it_is_described()
    {
        (await Should.ThrowAsync<DistributedApplicationException>(CreateAsync("BadName"))).Message.ShouldStartWith("Resource name 'bad_name' is invalid.");
    }

    [Fact]
    public async Task What_is_wrong_with_the_application_is_thrown_where_it_is_started()
    {
        await using var builder = await CreateAsync("UnknownEndpoint");
        await using var application = await builder.BuildAsync(Token);

        (await Should.ThrowAsync<DistributedApplicationException>(application.StartAsync(Token))).Message.ShouldStartWith("Resource 'app' has no endpoint 'grpc'");
    }

    [Fact]
    public async Task A_start_may_be_cancelled()
    {
        await using var builder = await CreateAsync("Sound");
        using var starting = new CancellationTokenSource();
        builder.CreateResourceBuilder<ExecutableResource>("app").OnResourceEndpointsAllocated((_, _, _) => starting.CancelAsync());
        await using var application = await builder.BuildAsync(Token);

        await Should.ThrowAsync<OperationCanceledException>(application.StartAsync(starting.Token));
    }

    [Fact]
    public async Task A_builder_may_be_given_up()
    {
        var builder = await CreateAsync("Sound");

        await builder.DisposeAsync();

        await Should.ThrowAsync<OperationCanceledException>(builder.BuildAsync(Token));
    }

    [Fact]
    public async Task An_unknown_resource_or_endpoint_is_named()
    {
        await using var builder = await CreateAsync("Sound");
        await using var application = await builder.BuildAsync(Token);

        Should.Throw<ArgumentException>(() => application.CreateHttpClient("absent")).Message.ShouldStartWith("Resource 'absent' was not found, or has no endpoints.");
        Should.Throw<ArgumentException>(() => application.GetEndpoint("app", "grpc")).Message.ShouldStartWith("Resource 'app' has no endpoint 'grpc'.");
        Should.Throw<InvalidOperationException>(() => application.GetEndpoint("app")).Message.ShouldContain("has no address yet");
    }

    [Fact]
    public async Task Services_and_options_may_be_changed_before_the_application_is_built()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SidecarAspire_ScenarioAppHost>(
            ["Sound", "--setting=given"], (options, settings) => settings.EnvironmentName = "Staging", Token);
        builder.Services.AddSingleton(new Uri("http://added"));

        builder.Environment.EnvironmentName.ShouldBe("Staging");
        builder.Configuration["setting"].ShouldBe("given");
        await using var application = await builder.BuildAsync(Token);
        application.Services.GetRequiredService<Uri>().Host.ShouldBe("added");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<IDistributedApplicationTestingBuilder> CreateAsync(string scenario) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.SidecarAspire_ScenarioAppHost>([scenario], Token);

    private static string? State(DistributedApplication application) => Snapshot(application).State?.Text;

    private static object? ProcessId(DistributedApplication application) =>
        Snapshot(application).Properties.Single(p => p.Name == KnownProperties.ProcessId).Value;

    private static CustomResourceSnapshot Snapshot(DistributedApplication application)
    {
        application.ResourceNotifications.TryGetCurrentState("app", out var state).ShouldBeTrue();
        return state.Snapshot;
    }
}
