using System.Reflection;
using System.Reflection.Emit;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using SidecarAspire.Hosting.Tests.Publishing;
using static SidecarAspire.Hosting.Tests.Described;

namespace SidecarAspire.Hosting.Tests;

/// <summary><c>app.WithSidecar()</c>: the sidecar comes with the package.</summary>
public sealed class PackagedSidecarTests
{
    private readonly IDistributedApplicationBuilder _builder = Builder();
    private readonly IResourceBuilder<ExecutableResource> _app;

    public PackagedSidecarTests() => _app = AddApp(_builder);

    [Fact]
    public async Task It_goes_by_the_apps_name_and_runs_the_packages_program()
    {
        _app.WithSidecar().ShouldBeSameAs(_app);

        var sidecar = Sidecar(_builder);
        sidecar.Resource.Name.ShouldBe("legacy-app-sidecar");
        sidecar.Resource.Command.ShouldBe("dotnet");
        sidecar.Resource.WorkingDirectory.ShouldBe(_builder.AppHostDirectory);
        var program = (await ArgumentsAsync(sidecar)).ShouldHaveSingleItem().ShouldBeOfType<string>();
        program.ShouldBe(Repository.OutputOf("Sidecar.Proxy"));
    }

    [Fact]
    public async Task It_is_wired_as_a_sidecar_of_ones_own()
    {
        _app.WithHttpEndpoint(name: "api");

        _app.WithSidecar(endpointName: "api");

        var sidecar = Sidecar(_builder);
        var variables = await VariablesAsync(sidecar);
        ShouldBeEndpoint(variables["TARGET"], _app, "api");
        variables["SRV_NAME"].ShouldBe("legacy-app");
        variables["Sidecar__Listener__Address"].ShouldBe("localhost");
        ShouldBeTargetPort(variables["ADMIN_PORT"], "admin");
        sidecar.Resource.Annotations.OfType<WaitAnnotation>().ShouldHaveSingleItem().Resource.ShouldBeSameAs(_app.Resource);
        sidecar.Resource.Annotations.OfType<HealthCheckAnnotation>().ShouldHaveSingleItem().Key.ShouldContain("/readyz");
    }

    [Fact]
    public async Task It_listens_on_a_free_port_and_nobody_outside_reaches_it()
    {
        _app.WithSidecar();

        var endpoint = EndpointOf(Sidecar(_builder), "http");
        endpoint.Port.ShouldBeNull();
        endpoint.IsProxied.ShouldBeFalse();
        endpoint.IsExternal.ShouldBeFalse();
        ShouldBeTargetPort((await VariablesAsync(Sidecar(_builder)))["PORT"], "http");
    }

    [Fact]
    public async Task It_listens_where_it_is_said_and_only_the_traffic_is_external()
    {
        _app.WithSidecar(sidecar => sidecar.WithHttpEndpoint(port: 8080).WithExternalHttpEndpoints());

        var sidecar = Sidecar(_builder);
        EndpointOf(sidecar, "http").Port.ShouldBe(8080);
        EndpointOf(sidecar, "http").IsExternal.ShouldBeTrue();
        EndpointOf(sidecar, "admin").IsExternal.ShouldBeFalse();
        ShouldBeTargetPort((await VariablesAsync(sidecar))["PORT"], "http");
    }

    [Fact]
    public async Task An_endpoint_of_ones_own_takes_the_traffic_instead_of_http()
    {
        _app.WithSidecar(sidecar => sidecar.WithHttpsEndpoint(port: 8443));

        var sidecar = Sidecar(_builder);
        sidecar.Resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Name).ShouldBe(["https", "admin"]);
        EndpointOf(sidecar, "https").IsProxied.ShouldBeFalse();
        ShouldBeTargetPort((await VariablesAsync(sidecar))["PORT"], "https");
    }

    [Fact]
    public async Task The_admin_port_may_be_said_too()
    {
        _app.WithSidecar(sidecar => sidecar.WithHttpEndpoint(name: "admin", port: 9901));

        var sidecar = Sidecar(_builder);
        EndpointOf(sidecar, "admin").Port.ShouldBe(9901);
        var variables = await VariablesAsync(sidecar);
        ShouldBeTargetPort(variables["ADMIN_PORT"], "admin");
        ShouldBeTargetPort(variables["PORT"], "http");
    }

    [Fact]
    public async Task A_variable_in_code_wins_over_the_wirings()
    {
        _app.WithSidecar(sidecar => sidecar.WithEnvironment("SRV_NAME", "front"));

        (await VariablesAsync(Sidecar(_builder)))["SRV_NAME"].ShouldBe("front");
    }

    [Fact]
    public void Each_app_has_one_of_its_own()
    {
        _app.WithSidecar();
        _builder.AddExecutable("billing", "node", ".", "app.js").WithHttpEndpoint(env: "PORT").WithSidecar();

        _builder.Resources.OfType<SidecarResource>().Select(sidecar => sidecar.Name).ShouldBe(["legacy-app-sidecar", "billing-sidecar"]);
    }

    [Fact]
    public async Task Others_refer_to_it_by_service_discovery()
    {
        _app.WithSidecar();
        var client = _builder.AddExecutable("client", "node", ".", "client.js");

        client.WithReference(Sidecar(_builder));

        (await VariablesAsync(client)).Keys.ShouldContain("services__legacy-app-sidecar__http__0");
    }

    [Fact]
    public async Task Configuration_in_code_reaches_it_by_the_keys_of_a_file()
    {
        _app.WithSidecar(sidecar => sidecar
            .WithConfiguration(json => json["Upstream"] = new JsonObject { ["ConnectTimeout"] = "3s", ["Protocol"] = null })
            .WithConfiguration(json =>
            {
                json["Upstream"]!["MaxConnections"] = 20;
                json["Routes"] = new JsonArray(new JsonObject { ["Name"] = "all", ["Affinity"] = new JsonObject(), ["Methods"] = new JsonArray("GET", "HEAD") });
                json["Tracing"] = new JsonObject { ["Enabled"] = false };
            }));

        (await VariablesAsync(Sidecar(_builder))).Where(variable => variable.Key.StartsWith("Sidecar__", StringComparison.Ordinal) && !variable.Key.EndsWith("__Address", StringComparison.Ordinal))
            .ToDictionary(variable => variable.Key, variable => (string)variable.Value)
            .ShouldBe(new Dictionary<string, string>
            {
                ["Sidecar__Upstream__ConnectTimeout"] = "3s",
                ["Sidecar__Upstream__MaxConnections"] = "20",
                ["Sidecar__Routes__0__Name"] = "all",
                ["Sidecar__Routes__0__Affinity"] = "",
                ["Sidecar__Routes__0__Methods__0"] = "GET",
                ["Sidecar__Routes__0__Methods__1"] = "HEAD",
                ["Sidecar__Tracing__Enabled"] = "false",
            }, ignoreOrder: true);
    }

    [Fact]
    public void Without_the_package_one_line_says_what_is_needed()
    {
        Should.Throw<DistributedApplicationException>(() => AddApp(WithoutPackage()).WithSidecar()).Message.ShouldBe(
            "WithSidecar() finds no sidecar to run: 'Shouldly' needs the package SidecarAspire.Hosting, or the path of Sidecar.Proxy.dll as the property SidecarProxyPath of its project.");
    }

    [Fact]
    public void A_program_that_is_gone_is_named()
    {
        var attribute = new CustomAttributeBuilder(typeof(AssemblyMetadataAttribute).GetConstructors().Single(), ["sidecarproxypath", "/gone/Sidecar.Proxy.dll"]);
        var appHost = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Shop"), AssemblyBuilderAccess.Run, [attribute]);

        Should.Throw<DistributedApplicationException>(() => SidecarProgram.PathFor(appHost)).Message.ShouldBe(
            "WithSidecar() finds no sidecar to run: '/gone/Sidecar.Proxy.dll' was there when 'Shop' was built and is gone; restore and build it again.");
    }

    [Fact]
    public void Published_it_needs_no_program() =>
        AddApp(WithoutPackage("--operation", "publish")).WithSidecar().ApplicationBuilder.Resources.ShouldContain(resource => resource is SidecarResource);

    [Fact]
    public async Task Published_it_is_what_a_reviewer_has_seen_of_ones_own()
    {
        using var publication = new Publication();
        publication.App.WithSidecar(sidecar => sidecar.WithHttpEndpoint(port: 8080));

        await publication.PublishAsync();

        Snapshots.ShouldBeAsSeen(publication.Files, "native");
    }

    [Fact]
    public async Task Published_its_image_is_the_released_one_of_the_same_version()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "Sidecar.Proxy", "Sidecar.Proxy.csproj")).Descendants();
        var version = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        project.Single(element => element.Name == "ContainerImageTag").Value.ShouldBe("$(Version)");

        (await ImageAsync(sidecar => { }, options => { })).ShouldBe($"{project.Single(element => element.Name == "ContainerRepository").Value}:{version}");
    }

    [Fact]
    public async Task Published_its_image_is_the_one_that_is_said()
    {
        (await ImageAsync(sidecar => sidecar.WithImage("registry.example:5000/proxies/sidecar:2"), options => { })).ShouldBe("registry.example:5000/proxies/sidecar:2");
        (await ImageAsync(sidecar => sidecar.WithImage("first:1"), options => options.SidecarImage = "second:2")).ShouldBe("second:2");
    }

    [Fact]
    public async Task Published_its_configuration_is_the_ConfigMap_and_no_variable_hides_it()
    {
        using var publication = new Publication();
        publication.App.WithSidecar(sidecar => sidecar.WithConfiguration(json => json["Upstream"] = new JsonObject { ["ConnectTimeout"] = "3s" }));

        await publication.PublishAsync(options =>
        {
            options.Configuration["Upstream"]!["ResponseTimeout"] = "9s";
            options.SidecarEnvironment["Sidecar__Tracing__Enabled"] = "false";
        });

        var objects = PublishedObjects.Of(publication);
        var upstream = JsonNode.Parse(objects["ConfigMap"]["data"]!["sidecar.json"]!.GetValue<string>())!["Sidecar"]!["Upstream"]!;
        upstream.ToJsonString().ShouldBe("""{"ConnectTimeout":"3s","ResponseTimeout":"9s"}""");
        objects.Variable("sidecar", "Sidecar__Upstream__ConnectTimeout").ShouldBeNull();
        objects.Variable("sidecar", "Sidecar__Tracing__Enabled").ShouldBe("false");
    }

    [Fact]
    public void Nothing_is_not_an_app_and_nothing_is_no_image_and_no_configuration()
    {
        Should.Throw<ArgumentNullException>(() => ((IResourceBuilder<ExecutableResource>)null!).WithSidecar());
        Should.Throw<ArgumentException>(() => _app.WithSidecar(sidecar => sidecar.WithImage("")));
        Should.Throw<ArgumentNullException>(() => AddOther().WithSidecar(sidecar => sidecar.WithConfiguration(null!)));

        IResourceBuilder<ExecutableResource> AddOther() => _builder.AddExecutable("other", "node", ".").WithHttpEndpoint(env: "PORT");
    }

    // An app host whose project has none of the package's build files.
    private static IDistributedApplicationBuilder WithoutPackage(params string[] args) =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, AssemblyName = typeof(Should).Assembly.GetName().Name, DisableDashboard = true });

    private static IResourceBuilder<SidecarResource> Sidecar(IDistributedApplicationBuilder builder) =>
        builder.CreateResourceBuilder(builder.Resources.OfType<SidecarResource>().Single());

    private static void ShouldBeTargetPort(object value, string endpoint)
    {
        var port = value.ShouldBeAssignableTo<EndpointReferenceExpression>()!;
        port.Property.ShouldBe(EndpointProperty.TargetPort);
        port.Endpoint.EndpointName.ShouldBe(endpoint);
    }

    private static async Task<IList<object>> ArgumentsAsync(IResourceBuilder<SidecarResource> sidecar)
    {
        var context = new CommandLineArgsCallbackContext([]);
        foreach (var annotation in sidecar.Resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return context.Args;
    }

    private static async Task<string> ImageAsync(Action<IResourceBuilder<SidecarResource>> configure, Action<SidecarKubernetesOptions> options)
    {
        using var publication = new Publication();
        publication.App.WithSidecar(configure);
        publication.Builder.AddSidecarKubernetes("k8s", kubernetes =>
        {
            kubernetes.AppImage = "legacy-app:1.0.0";
            options(kubernetes);
        });
        await publication.RunPipelineAsync();
        return PublishedObjects.Of(publication).Container("sidecar")["image"]!.GetValue<string>();
    }
}
