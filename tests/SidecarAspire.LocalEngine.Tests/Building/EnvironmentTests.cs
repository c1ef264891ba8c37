using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.Building;

public sealed class EnvironmentTests : IDisposable
{
    private readonly AnApplication _application = new();
    private readonly IResourceBuilder<ExecutableResource> _web;

    public EnvironmentTests() => _web = _application.AddProgram("web");

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task A_variable_may_be_any_kind_of_value()
    {
        var api = AnApplication.Allocate(_application.AddProgram("api").WithHttpEndpoint().GetEndpoint("http"));
        var secret = _application.Builder.AddParameter("secret", "s3", secret: true);
        _web.WithEnvironment("TEXT", "text")
            .WithEnvironment("NOTHING", (string?)null)
            .WithEnvironment("ENDPOINT", api)
            .WithEnvironment("PORT", api.Property(EndpointProperty.Port))
            .WithEnvironment("SECRET", secret)
            .WithEnvironment("HANDLED", $"{secret}@{api}")
            .WithEnvironment("EXPRESSION", ReferenceExpression.Create($"<{api.Property(EndpointProperty.Host)}>"))
            .WithEnvironment("FUNCTION", () => "function")
            .WithEnvironment(context => context.EnvironmentVariables["CALLBACK"] = 7)
            .WithEnvironment(async context =>
            {
                await Task.Yield();
                context.EnvironmentVariables["PARAMETER_BUILDER"] = secret;
            });

        (await _application.EnvironmentOfAsync(_web)).ShouldBe(
            new Dictionary<string, string>
            {
                ["TEXT"] = "text",
                ["NOTHING"] = "",
                ["ENDPOINT"] = "http://localhost:5000",
                ["PORT"] = "5000",
                ["SECRET"] = "s3",
                ["HANDLED"] = "s3@http://localhost:5000",
                ["EXPRESSION"] = "<localhost>",
                ["FUNCTION"] = "function",
                ["CALLBACK"] = "7",
                ["PARAMETER_BUILDER"] = "s3",
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_connection_string_is_put_together_and_kept_secret_with_what_it_is_made_of()
    {
        var database = AnApplication.Allocate(_application.AddProgram("database").WithHttpEndpoint().GetEndpoint("http"));
        var key = _application.Builder.AddParameter("key", "s3", secret: true);
        var store = _application.Builder.AddConnectionString("store", ReferenceExpression.Create($"at={database.Property(EndpointProperty.HostAndPort)};key={key}"));
        _web.WithReference(store).WithReference(store, "other");

        var configuration = await _application.ResolveAsync(_web);

        configuration.Variables.Select(v => (v.Name, v.Value)).ShouldBe(
            [("ConnectionStrings__other", "at=localhost:5000;key=s3"), ("ConnectionStrings__store", "at=localhost:5000;key=s3")]);
        configuration.SecretVariables.ShouldContain("ConnectionStrings__store");
    }

    [Fact]
    public async Task The_last_value_of_a_variable_wins_and_callbacks_see_those_before_them()
    {
        _web.WithEnvironment("A", "1")
            .WithEnvironment(context => context.EnvironmentVariables["B"] = context.EnvironmentVariables["A"])
            .WithEnvironment("A", "2");

        (await _application.EnvironmentOfAsync(_web)).ShouldBe(new Dictionary<string, string> { ["A"] = "2", ["B"] = "1" }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_reference_to_a_resource_tells_all_its_endpoints_by_the_names_of_service_discovery()
    {
        var api = _application.Builder.AddProject("billing-api", _application.Folder.Write("api/api.csproj", ""), launchProfileName: null)
            .WithHttpEndpoint()
            .WithHttpEndpoint(name: "admin");
        AnApplication.Allocate(api.GetEndpoint("http"), 5001);
        AnApplication.Allocate(api.GetEndpoint("admin"), 5002);

        _web.WithReference(api);

        (await _application.EnvironmentOfAsync(_web)).ShouldBe(
            new Dictionary<string, string>
            {
                ["services__billing-api__http__0"] = "http://localhost:5001",
                ["BILLING_API_HTTP"] = "http://localhost:5001",
                ["services__billing-api__admin__0"] = "http://localhost:5002",
                ["BILLING_API_ADMIN"] = "http://localhost:5002",
            },
            ignoreOrder: true);
        Relationship(_web).ShouldBe(("billing-api", "Reference"));
    }

    [Fact]
    public async Task A_reference_to_an_endpoint_tells_that_one_alone()
    {
        var api = _application.AddProgram("api").WithHttpEndpoint().WithHttpEndpoint(name: "admin");

        _web.WithReference(AnApplication.Allocate(api.GetEndpoint("admin")));

        (await _application.EnvironmentOfAsync(_web)).Keys.ShouldBe(["API_ADMIN", "services__api__admin__0"], ignoreOrder: true);
    }

    [Fact]
    public void A_variable_needs_a_name() => Should.Throw<ArgumentException>(() => _web.WithEnvironment("", "x"));

    private static (string, string) Relationship(IResourceBuilder<IResource> resource) =>
        resource.Resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(r => (r.Resource.Name, r.Type)).ShouldHaveSingleItem();
}
