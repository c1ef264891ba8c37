using static SidecarAspire.Hosting.Tests.Described;

namespace SidecarAspire.Hosting.Tests;

public sealed class WithSidecarTests
{
    private readonly IDistributedApplicationBuilder _builder = Builder();
    private readonly IResourceBuilder<ExecutableResource> _app;
    private readonly IResourceBuilder<ExecutableResource> _proxy;

    public WithSidecarTests()
    {
        _app = AddApp(_builder);
        _proxy = AddProxy(_builder);
    }

    [Fact]
    public async Task The_sidecar_learns_its_target_its_name_and_its_admin_port()
    {
        _app.WithSidecar(_proxy);

        var variables = await VariablesAsync(_proxy);
        ShouldBeEndpoint(variables["TARGET"], _app, "http");
        variables["SRV_NAME"].ShouldBe("legacy-app");
        var port = variables["ADMIN_PORT"].ShouldBeAssignableTo<EndpointReferenceExpression>()!;
        port.Property.ShouldBe(EndpointProperty.TargetPort);
        port.Endpoint.EndpointName.ShouldBe("admin");
    }

    [Fact]
    public async Task Another_endpoint_of_the_app_may_be_the_target()
    {
        _app.WithHttpEndpoint(name: "api");

        _app.WithSidecar(_proxy, endpointName: "api");

        ShouldBeEndpoint((await VariablesAsync(_proxy))["TARGET"], _app, "api");
        EndpointOf(_app, "api").IsProxied.ShouldBeFalse();
        EndpointOf(_app, "http").IsProxied.ShouldBeTrue();
    }

    [Fact]
    public void Nothing_stands_between_client_sidecar_and_app()
    {
        _app.WithSidecar(_proxy);

        EndpointOf(_app, "http").IsProxied.ShouldBeFalse();
        EndpointOf(_proxy, "http").IsProxied.ShouldBeFalse();
        EndpointOf(_proxy, "admin").IsProxied.ShouldBeFalse();
    }

    [Fact]
    public void The_sidecar_starts_once_the_app_is_up_and_is_shown_below_it()
    {
        _app.WithSidecar(_proxy);

        var wait = _proxy.Resource.Annotations.OfType<WaitAnnotation>().ShouldHaveSingleItem();
        wait.Resource.ShouldBeSameAs(_app.Resource);
        wait.WaitType.ShouldBe(WaitType.WaitUntilHealthy);
        _proxy.Resource.Annotations.OfType<ResourceRelationshipAnnotation>()
            .ShouldContain(relationship => relationship.Type == "Parent" && relationship.Resource == _app.Resource);
    }

    [Fact]
    public void The_app_itself_is_told_nothing()
    {
        var before = _app.Resource.Annotations.ToArray();

        _app.WithSidecar(_proxy).ShouldBeSameAs(_app);

        _app.Resource.Annotations.ShouldBe(before);
    }

    [Fact]
    public void The_sidecar_is_ready_when_its_admin_port_says_so()
    {
        _app.WithSidecar(_proxy);

        _proxy.Resource.Annotations.OfType<HealthCheckAnnotation>().ShouldHaveSingleItem().Key.ShouldContain("/readyz");
    }

    [Fact]
    public async Task The_admin_address_is_shown_in_the_details_only()
    {
        _app.WithSidecar(_proxy);
        var url = new ResourceUrlAnnotation { Url = "http://localhost:9901", Endpoint = _proxy.GetEndpoint("admin") };
        var context = new ResourceUrlsCallbackContext(_builder.ExecutionContext, _proxy.Resource, [url]);

        foreach (var annotation in _proxy.Resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        url.DisplayLocation.ShouldBe(UrlDisplayLocation.DetailsOnly);
    }

    [Fact]
    public async Task Run_on_this_machine_it_listens_on_loopback_alone()
    {
        _app.WithSidecar(_proxy);

        var variables = await VariablesAsync(_proxy);
        variables["Sidecar__Listener__Address"].ShouldBe("localhost");
        variables["Sidecar__Admin__Address"].ShouldBe("localhost");
    }

    [Theory]
    [InlineData(null, "1000")]
    [InlineData("5000", "5000")]
    public async Task A_stop_does_not_wait_long_for_the_last_export_unless_told_to(string? timeout, string expected)
    {
        if (timeout is not null)
        {
            _proxy.WithEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", timeout);
        }

        _app.WithSidecar(_proxy);

        (await VariablesAsync(_proxy))["OTEL_EXPORTER_OTLP_TIMEOUT"].ShouldBe(expected);
    }

    [Fact]
    public async Task Published_it_listens_where_the_cluster_reaches_it()
    {
        var builder = Builder("--operation", "publish");
        var proxy = AddProxy(builder);

        AddApp(builder).WithSidecar(proxy);

        var variables = await VariablesAsync(proxy);
        variables.Keys.ShouldNotContain("Sidecar__Listener__Address");
        variables.Keys.ShouldNotContain("Sidecar__Admin__Address");
    }

    [Fact]
    public async Task Published_it_does_not_believe_whoever_says_that_he_is_on_loopback()
    {
        var builder = Builder("--operation", "publish");
        var proxy = AddProxy(builder).WithEnvironment("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true");

        AddApp(builder).WithSidecar(proxy);

        (await VariablesAsync(proxy))["ASPNETCORE_FORWARDEDHEADERS_ENABLED"].ShouldBe("false");
    }

    [Fact]
    public void Nothing_is_not_an_app_and_nothing_is_not_a_sidecar()
    {
        Should.Throw<ArgumentNullException>(() => ((IResourceBuilder<ExecutableResource>)null!).WithSidecar(_proxy));
        Should.Throw<ArgumentNullException>(() => _app.WithSidecar<ExecutableResource, ExecutableResource>(null!));
    }

    private static IResourceBuilder<ExecutableResource> AddProxy(IDistributedApplicationBuilder builder) =>
        builder.AddExecutable("sidecar", "proxy", ".").WithHttpEndpoint(port: 8080, env: "PORT");
}
