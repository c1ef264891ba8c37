using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.Building;

public sealed class EndpointTests : IDisposable
{
    private readonly AnApplication _application = new();
    private readonly IResourceBuilder<ExecutableResource> _web;

    public EndpointTests() => _web = _application.AddProgram("web");

    public void Dispose() => _application.Dispose();

    [Fact]
    public void An_http_endpoint_is_named_after_its_scheme_and_proxied()
    {
        var endpoint = _web.WithHttpEndpoint(port: 5000, targetPort: 6000).GetEndpoint("http").EndpointAnnotation;

        endpoint.ShouldSatisfyAllConditions(
            e => e.Name.ShouldBe("http"),
            e => e.UriScheme.ShouldBe("http"),
            e => e.Transport.ShouldBe("http"),
            e => e.Port.ShouldBe(5000),
            e => e.TargetPort.ShouldBe(6000),
            e => e.IsProxied.ShouldBeTrue(),
            e => e.IsExternal.ShouldBeFalse());
    }

    [Fact]
    public void An_endpoint_without_a_scheme_is_tcp()
    {
        var endpoint = _web.WithEndpoint(port: 5000, isExternal: true, isProxied: false).GetEndpoint("tcp").EndpointAnnotation;

        endpoint.UriScheme.ShouldBe("tcp");
        endpoint.Transport.ShouldBe("tcp");
        endpoint.IsExternal.ShouldBeTrue();
        endpoint.IsProxied.ShouldBeFalse();
    }

    [Fact]
    public async Task The_variable_of_an_endpoint_holds_the_port_the_program_is_to_listen_at()
    {
        _web.WithHttpEndpoint(env: "PORT");
        AnApplication.Allocate(_web.GetEndpoint("http"), port: 5000, target: "6000");

        (await _application.EnvironmentOfAsync(_web)).ShouldBe(new Dictionary<string, string> { ["PORT"] = "6000" });
    }

    [Fact]
    public void Only_http_and_https_endpoints_become_external()
    {
        _web.WithHttpEndpoint().WithHttpsEndpoint().WithEndpoint(name: "raw").WithExternalHttpEndpoints();

        _web.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.IsExternal).Select(e => e.Name).ShouldBe(["http", "https"]);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("HTTP")]
    public void A_second_endpoint_of_a_name_is_refused(string name) =>
        Should.Throw<DistributedApplicationException>(() => _web.WithHttpEndpoint().WithHttpEndpoint(name: name)).Message
            .ShouldBe($"Resource 'web' has an endpoint '{name}' already; give the second one a name of its own.");

    [Theory]
    [InlineData(0, null)]
    [InlineData(65536, null)]
    [InlineData(null, -1)]
    public void A_port_out_of_range_is_refused(int? port, int? targetPort) =>
        Should.Throw<DistributedApplicationException>(() => _web.WithHttpEndpoint(port, targetPort)).Message
            .ShouldBe($"Port {port ?? targetPort} of resource 'web' is not a port; allowed is 1 to 65535.");

    [Fact]
    public void A_callback_changes_an_endpoint_or_makes_it()
    {
        _web.WithHttpEndpoint()
            .WithEndpoint("http", endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithEndpoint("metrics", endpoint => endpoint.Port = 9000)
            .WithEndpoint("absent", _ => throw new InvalidOperationException("not to be called"), createIfNotExists: false);

        _web.GetEndpoint("http").EndpointAnnotation.TargetHost.ShouldBe("127.0.0.1");
        _web.GetEndpoint("metrics").EndpointAnnotation.Port.ShouldBe(9000);
        _web.GetEndpoint("absent").Exists.ShouldBeFalse();
    }
}
