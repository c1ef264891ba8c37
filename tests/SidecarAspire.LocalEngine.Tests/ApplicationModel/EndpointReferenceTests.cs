using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

public sealed class EndpointReferenceTests : IDisposable
{
    private readonly AnApplication _application = new();
    private readonly IResourceBuilder<ExecutableResource> _api;

    public EndpointReferenceTests() => _api = _application.AddProgram("api").WithHttpEndpoint(targetPort: 6000);

    public void Dispose() => _application.Dispose();

    [Theory]
    [InlineData(EndpointProperty.Url, "http://localhost:5000", "{api.bindings.http.url}")]
    [InlineData(EndpointProperty.Host, "localhost", "{api.bindings.http.host}")]
    [InlineData(EndpointProperty.IPV4Host, "127.0.0.1", "{api.bindings.http.host}")]
    [InlineData(EndpointProperty.Port, "5000", "{api.bindings.http.port}")]
    [InlineData(EndpointProperty.Scheme, "http", "{api.bindings.http.scheme}")]
    [InlineData(EndpointProperty.TargetPort, "6000", "{api.bindings.http.targetPort}")]
    [InlineData(EndpointProperty.HostAndPort, "localhost:5000", "{api.bindings.http.host}:{api.bindings.http.port}")]
    public async Task Each_part_has_a_value_and_a_manifest_expression(EndpointProperty part, string value, string expression)
    {
        var endpoint = AnApplication.Allocate(_api.GetEndpoint("http"));

        (await endpoint.Property(part).GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe(value);
        endpoint.Property(part).ValueExpression.ShouldBe(expression);
    }

    [Fact]
    public async Task The_reference_itself_is_the_url()
    {
        var endpoint = AnApplication.Allocate(_api.GetEndpoint("http"));

        (await endpoint.GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe("http://localhost:5000");
        ((IManifestExpressionProvider)endpoint).ValueExpression.ShouldBe("{api.bindings.http.url}");
        endpoint.Url.ShouldBe("http://localhost:5000");
        endpoint.Port.ShouldBe(5000);
        endpoint.TargetPort.ShouldBe(6000);
        endpoint.IsHttp.ShouldBeTrue();
        endpoint.IsHttps.ShouldBeFalse();
    }

    [Fact]
    public async Task A_value_waits_until_there_is_an_address()
    {
        var endpoint = _api.GetEndpoint("http");
        var value = endpoint.GetValueAsync(TestContext.Current.CancellationToken).AsTask();
        value.IsCompleted.ShouldBeFalse();
        endpoint.IsAllocated.ShouldBeFalse();

        AnApplication.Allocate(endpoint);

        (await value).ShouldBe("http://localhost:5000");
        endpoint.IsAllocated.ShouldBeTrue();
    }

    [Fact]
    public void Asked_for_its_address_too_early_it_says_so() =>
        Should.Throw<InvalidOperationException>(() => _api.GetEndpoint("http").Url).Message
            .ShouldBe("The endpoint 'http' of resource 'api' has no address yet.");

    [Fact]
    public void The_name_may_be_written_in_any_case() => _api.GetEndpoint("HTTP").Exists.ShouldBeTrue();

    [Fact]
    public async Task An_endpoint_that_does_not_exist_is_named_with_those_that_do()
    {
        var endpoint = _api.WithHttpsEndpoint().GetEndpoint("grpc");

        endpoint.Exists.ShouldBeFalse();
        endpoint.IsAllocated.ShouldBeFalse();
        (await Should.ThrowAsync<DistributedApplicationException>(endpoint.GetValueAsync(TestContext.Current.CancellationToken).AsTask())).Message
            .ShouldBe("Resource 'api' has no endpoint 'grpc'; it has 'http', 'https'.");
    }

    [Fact]
    public void An_endpoint_may_be_asked_for_before_it_is_described()
    {
        var endpoint = _api.GetEndpoint("admin");

        _api.WithHttpEndpoint(name: "admin");

        endpoint.Exists.ShouldBeTrue();
    }

    [Fact]
    public void A_resource_lists_its_endpoints() =>
        _api.WithHttpEndpoint(name: "admin").Resource.GetEndpoints().Select(e => e.EndpointName).ShouldBe(["http", "admin"]);
}
