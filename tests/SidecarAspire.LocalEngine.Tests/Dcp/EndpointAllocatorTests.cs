using System.Globalization;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class EndpointAllocatorTests : IDisposable
{
    private readonly AnApplication _application = new();
    private readonly FakeDcp _dcp = new();

    public void Dispose()
    {
        _dcp.Dispose();
        _application.Dispose();
    }

    [Fact]
    public void A_proxied_endpoint_is_a_service_at_its_port()
    {
        var web = _application.AddProgram("Web").WithHttpEndpoint(port: 5000, targetPort: 6000);

        var service = Allocator().ToService(web.Resource, web.GetEndpoint("http").EndpointAnnotation);

        JsonSerializer.Serialize(service, DcpJsonContext.Default.DcpService).ShouldBe(
            """{"apiVersion":"usvc-dev.developer.microsoft.com/v1","kind":"Service","metadata":{"name":"web-http","annotations":{}},"spec":{"protocol":"TCP","addressAllocationMode":"Localhost","port":5000}}""");
    }

    [Theory]
    [InlineData(true, 5000, 6000, false, 5000)]
    [InlineData(true, null, 6000, false, null)]
    [InlineData(false, 5000, 6000, false, 6000)]
    [InlineData(false, 5000, null, false, 5000)]
    [InlineData(true, 5000, null, true, null)]
    [InlineData(false, 5000, null, true, null)]
    public void A_port_is_fixed_if_AppHost_says_so_and_the_ports_are_not_random(bool isProxied, int? port, int? targetPort, bool randomize, int? expected)
    {
        var web = _application.AddProgram("web").WithHttpEndpoint(port, targetPort, isProxied: isProxied);

        Allocator(randomize).FixedPort(web.GetEndpoint("http").EndpointAnnotation).ShouldBe(expected);
    }

    [Fact]
    public async Task The_orchestrator_is_asked_for_the_ports_of_proxied_endpoints()
    {
        var web = _application.AddProgram("web").WithHttpEndpoint().WithHttpEndpoint(name: "admin", targetPort: 6001);

        await AllocateAsync(Allocator(), web);

        var (http, admin) = (web.GetEndpoint("http"), web.GetEndpoint("admin"));
        http.Url.ShouldBe($"http://localhost:{_dcp.Ports["web-http"]}");
        (await http.Property(EndpointProperty.TargetPort).GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe("""{{- portForServing "web-http" -}}""");
        admin.Port.ShouldBe(_dcp.Ports["web-admin"]);
        (await admin.Property(EndpointProperty.TargetPort).GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe("6001");
    }

    [Fact]
    public async Task An_endpoint_without_a_proxy_has_one_port_for_both_sides()
    {
        var web = _application.AddProgram("web").WithHttpEndpoint(isProxied: false).WithHttpEndpoint(name: "fixed", port: 6002, isProxied: false);

        await AllocateAsync(Allocator(), web);

        var http = web.GetEndpoint("http");
        (await http.Property(EndpointProperty.TargetPort).GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe(http.Port.ToString(CultureInfo.InvariantCulture));
        web.GetEndpoint("fixed").Port.ShouldBe(6002);
        _dcp.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_that_is_known_already_stays()
    {
        var web = _application.AddProgram("web").WithHttpEndpoint();
        AnApplication.Allocate(web.GetEndpoint("http"), 7000);

        await AllocateAsync(Allocator(), web);

        web.GetEndpoint("http").Port.ShouldBe(7000);
        _dcp.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_orchestrator_that_refuses_is_quoted()
    {
        _dcp.Refuse("POST", "services", "no room");

        var error = await Should.ThrowAsync<DistributedApplicationException>(AllocateAsync(Allocator(), _application.AddProgram("web").WithHttpEndpoint()));

        error.Message.ShouldContain("with 422: no room");
    }

    [Fact]
    public async Task An_orchestrator_that_is_gone_is_said_to_be()
    {
        _dcp.IsGone = true;

        var error = await Should.ThrowAsync<DistributedApplicationException>(AllocateAsync(Allocator(), _application.AddProgram("web").WithHttpEndpoint()));

        error.Message.ShouldStartWith("The orchestrator (DCP) failed while the application was started: ");
    }

    private static EndpointAllocator Allocator(bool randomize = false) => new(new LocalPorts(), new EngineOptions { RandomizePorts = randomize }, TimeProvider.System);

    private Task AllocateAsync(EndpointAllocator allocator, IResourceBuilder<IResource> resource) =>
        allocator.AllocateAsync([resource.Resource], _dcp.Client, TestContext.Current.CancellationToken);
}
