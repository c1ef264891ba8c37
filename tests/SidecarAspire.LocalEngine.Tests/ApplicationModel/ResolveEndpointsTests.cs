using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

/// <summary>The ports of what is published, as Aspire picks them.</summary>
public sealed class ResolveEndpointsTests
{
    private readonly ProjectResource _project = new("web");
    private readonly ContainerResource _container = new("cache");

    [Fact]
    public void A_port_that_AppHost_says_stays()
    {
        var endpoint = Resolve(_container, new EndpointAnnotation(ProtocolType.Tcp, "http", port: 80, targetPort: 3000));

        endpoint.TargetPort.Value.ShouldBe(3000);
        endpoint.ExposedPort.Value.ShouldBe(80);
        endpoint.ExposedPort.IsImplicit.ShouldBeFalse();
    }

    [Fact]
    public void A_container_listens_at_the_port_that_others_dial_when_no_other_is_said()
    {
        var endpoint = Resolve(_container, new EndpointAnnotation(ProtocolType.Tcp, "tcp", port: 6379));

        endpoint.TargetPort.Value.ShouldBe(6379);
        endpoint.TargetPort.IsImplicit.ShouldBeTrue();
    }

    [Fact]
    public void Without_any_port_a_container_gets_one()
    {
        var endpoint = Resolve(_container, new EndpointAnnotation(ProtocolType.Tcp, "http"));

        endpoint.TargetPort.Value.ShouldBe(8000);
        endpoint.TargetPort.IsAllocated.ShouldBeTrue();
        endpoint.ExposedPort.Value.ShouldBe(8000);
        endpoint.ExposedPort.IsImplicit.ShouldBeTrue();
    }

    [Fact]
    public void The_first_endpoint_of_a_projects_scheme_is_left_to_whoever_deploys()
    {
        var endpoints = ResolveAll(
            _project,
            new EndpointAnnotation(ProtocolType.Tcp, "http"),
            new EndpointAnnotation(ProtocolType.Tcp, "https"),
            new EndpointAnnotation(ProtocolType.Tcp, "http", name: "admin"));

        endpoints.Select(e => (e.Endpoint.Name, e.TargetPort.Value, e.ExposedPort.Value)).ShouldBe(
            [("http", null, null), ("https", null, null), ("admin", 8000, 8000)]);
    }

    [Fact]
    public void Without_a_proxy_one_port_is_both()
    {
        var endpoint = Resolve(_project, new EndpointAnnotation(ProtocolType.Tcp, "http", port: 8080, isProxied: false));

        endpoint.TargetPort.Value.ShouldBe(8080);
        endpoint.ExposedPort.Value.ShouldBe(8080);
    }

    [Fact]
    public void A_proxy_keeps_both_ports_apart() =>
        Resolve(_project, new EndpointAnnotation(ProtocolType.Tcp, "http", port: 8080)).TargetPort.Value.ShouldBeNull();

    [Fact]
    public void Port_0_is_none() =>
        Resolve(_container, new EndpointAnnotation(ProtocolType.Tcp, "http", port: 0, targetPort: 0)).TargetPort.Value.ShouldBe(8000);

    [Fact]
    public void No_port_is_given_twice_among_resources_with_one_allocator()
    {
        var ports = new PortAllocator();
        _container.Annotations.Add(new EndpointAnnotation(ProtocolType.Tcp, "http", targetPort: 8000));
        _container.Annotations.Add(new EndpointAnnotation(ProtocolType.Tcp, "tcp"));
        _project.Annotations.Add(new EndpointAnnotation(ProtocolType.Udp));

        _container.ResolveEndpoints(ports).Select(e => e.TargetPort.Value).ShouldBe([8000, 8001]);
        _project.ResolveEndpoints(ports).Single().TargetPort.Value.ShouldBe(8002);
    }

    [Theory]
    [InlineData(ProtocolType.Tcp, "https", "http")]
    [InlineData(ProtocolType.Tcp, "redis", "tcp")]
    [InlineData(ProtocolType.Udp, null, "udp")]
    public void What_is_spoken_follows_from_scheme_and_protocol(ProtocolType protocol, string? scheme, string transport) =>
        new EndpointAnnotation(protocol, scheme).Transport.ShouldBe(transport);

    private static ResolvedEndpoint Resolve(IResource resource, EndpointAnnotation endpoint) => ResolveAll(resource, endpoint).Single();

    private static IReadOnlyList<ResolvedEndpoint> ResolveAll(IResource resource, params EndpointAnnotation[] endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            resource.Annotations.Add(endpoint);
        }

        return resource.ResolveEndpoints();
    }
}
