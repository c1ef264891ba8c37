using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class ResourceConfigurationTests : IDisposable
{
    private readonly AnApplication _application = new();
    private readonly IResourceBuilder<ExecutableResource> _web;
    private readonly IResourceBuilder<ParameterResource> _secret;

    public ResourceConfigurationTests()
    {
        _web = _application.AddProgram("web");
        _secret = _application.Builder.AddParameter("secret", "s3", secret: true);
    }

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task Variables_come_sorted_by_name()
    {
        _web.WithEnvironment("b", "1").WithEnvironment("a", "2").WithEnvironment("B", "3");

        (await _application.ResolveAsync(_web)).Variables.Select(v => v.Name).ShouldBe(["B", "a", "b"]);
    }

    [Fact]
    public async Task What_holds_a_secret_however_deep_is_a_secret()
    {
        var known = _application.Builder.AddParameter("known", "k");
        var inner = ReferenceExpression.Create($"{_secret}");
        _web.WithEnvironment("DIRECT", _secret)
            .WithEnvironment("DEEP", ReferenceExpression.Create($"a{inner}b"))
            .WithEnvironment(context => context.EnvironmentVariables["BUILDER"] = _secret)
            .WithEnvironment("KNOWN", known)
            .WithEnvironment("TEXT", "s3");

        var resolved = await _application.ResolveAsync(_web);

        resolved.Variables.Select(v => v.Name).Where(resolved.SecretVariables.Contains).ShouldBe(["BUILDER", "DEEP", "DIRECT"]);
        resolved.HasSecretArguments.ShouldBeFalse();
    }

    [Fact]
    public async Task The_keys_of_telemetry_and_dashboard_are_secrets()
    {
        var secrets = (await _application.ResolveAsync(_web)).SecretVariables;

        secrets.ShouldContain("OTEL_EXPORTER_OTLP_HEADERS");
        secrets.ShouldContain("DASHBOARD__FRONTEND__BROWSERTOKEN");
    }

    [Fact]
    public async Task A_secret_on_the_command_line_is_told()
    {
        _web.WithArgs("--key", _secret);

        var resolved = await _application.ResolveAsync(_web);

        resolved.Arguments.ShouldBe(["--key", "s3"]);
        resolved.HasSecretArguments.ShouldBeTrue();
    }

    [Fact]
    public async Task Callbacks_are_asked_anew_each_time()
    {
        var count = 0;
        _web.WithEnvironment(context => context.EnvironmentVariables["COUNT"] = ++count);

        (await _application.EnvironmentOfAsync(_web))["COUNT"].ShouldBe("1");
        (await _application.EnvironmentOfAsync(_web))["COUNT"].ShouldBe("2");
    }

    [Fact]
    public async Task A_callback_knows_its_resource_and_the_operation()
    {
        _web.WithEnvironment(context =>
        {
            context.Resource.ShouldBeSameAs(_web.Resource);
            context.ExecutionContext.IsRunMode.ShouldBeTrue();
        }).WithArgs(context =>
        {
            context.Resource.ShouldBeSameAs(_web.Resource);
            context.ExecutionContext.IsRunMode.ShouldBeTrue();
        });

        await _application.ResolveAsync(_web);
    }

    [Fact]
    public void References_are_a_value_and_all_it_is_made_of()
    {
        var endpoint = _web.WithHttpEndpoint().GetEndpoint("http");
        var port = endpoint.Property(EndpointProperty.Port);
        var expression = ReferenceExpression.Create($"{port}{_secret}");

        ResourceConfiguration.References(expression).ShouldBe([expression, port, endpoint, _web.Resource, _secret.Resource]);
    }
}
