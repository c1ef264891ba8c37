using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Building;

public sealed class ProjectTests : IDisposable
{
    private const string Settings =
        """
        { "profiles": {
          "http": { "commandName": "Project", "applicationUrl": "http://localhost:5100", "environmentVariables": { "GREETING": "hi", "MODE": "profile" } },
          "several": { "commandName": "Project", "applicationUrl": "https://localhost:7100;http://localhost:5100; http://*:5200" },
          "any": { "commandName": "Project", "applicationUrl": "http://localhost:0" },
          "arguments": { "commandName": "Project", "commandLineArgs": "--greeting \"good day\" --utc" },
          "browser": { "commandName": "Project", "applicationUrl": "http://localhost:5100", "launchUrl": "docs/index.html?x=1" },
          "elsewhere": { "commandName": "Project", "applicationUrl": "http://localhost:5100", "launchUrl": "https://docs.local/start" },
          "bad": { "commandName": "Project", "applicationUrl": "localhost" } } }
        """;

    private readonly AnApplication _application = new();

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task The_first_profile_gives_endpoints_and_variables()
    {
        var project = Add(_application);
        AnApplication.Allocate(project.GetEndpoint("http"), target: "6000");

        project.GetEndpoint("http").EndpointAnnotation.Port.ShouldBe(5100);
        var environment = await _application.EnvironmentOfAsync(project);
        environment["GREETING"].ShouldBe("hi");
        environment["ASPNETCORE_URLS"].ShouldBe("http://localhost:6000");
    }

    [Fact]
    public async Task What_AppHost_says_comes_before_the_profile()
    {
        var project = Add(_application).WithEnvironment("MODE", "app host");
        AnApplication.Allocate(project.GetEndpoint("http"));

        (await _application.EnvironmentOfAsync(project))["MODE"].ShouldBe("app host");
    }

    [Fact]
    public async Task An_endpoint_of_AppHost_takes_the_place_of_the_profiles()
    {
        var project = Add(_application).WithHttpEndpoint(port: 5300, env: "PORT");
        AnApplication.Allocate(project.GetEndpoint("http"), target: "6000");

        project.Resource.Annotations.OfType<EndpointAnnotation>().ShouldHaveSingleItem().Port.ShouldBe(5300);
        var environment = await _application.EnvironmentOfAsync(project);
        environment["PORT"].ShouldBe("6000");
        environment.ShouldNotContainKey("ASPNETCORE_URLS");
    }

    [Fact]
    public async Task Several_endpoints_of_a_scheme_are_numbered_and_all_listened_at()
    {
        var project = Add(_application, "several");
        var endpoints = project.Resource.GetEndpoints().ToArray();
        foreach (var (index, endpoint) in endpoints.Index())
        {
            AnApplication.Allocate(endpoint, target: $"{6000 + index}");
        }

        endpoints.Select(e => (e.EndpointName, e.EndpointAnnotation.Port)).ShouldBe([("https", 7100), ("http", 5100), ("http2", 5200)]);
        (await _application.EnvironmentOfAsync(project))["ASPNETCORE_URLS"].ShouldBe("https://localhost:6000;http://localhost:6001;http://localhost:6002");
    }

    [Fact]
    public async Task The_profiles_arguments_come_before_those_of_AppHost() =>
        (await _application.ResolveAsync(Add(_application, "arguments").WithArgs("--last"))).Arguments.ShouldBe(["--greeting", "good day", "--utc", "--last"]);

    [Theory]
    [InlineData("browser", "http://localhost:5000/docs/index.html?x=1")]
    [InlineData("elsewhere", "https://docs.local/start")]
    public async Task The_link_of_a_profiles_endpoint_leads_where_its_browser_would_be_sent(string profile, string url)
    {
        var project = Add(_application, profile).WithHttpEndpoint(name: "own");
        AnApplication.Allocate(project.GetEndpoint("http"));
        AnApplication.Allocate(project.GetEndpoint("own"), port: 5001);

        var urls = await ResourceUrls.OfAsync(project.Resource, _application.Builder.ExecutionContext, TestContext.Current.CancellationToken);

        urls.Select(u => (u.Name, u.Url)).ShouldBe([("http", url), ("own", "http://localhost:5001")]);
    }

    [Fact]
    public void A_profile_that_leaves_the_port_open_fixes_none() =>
        Add(_application, "any").GetEndpoint("http").EndpointAnnotation.Port.ShouldBeNull();

    [Fact]
    public void An_address_that_is_not_one_is_named_with_profile_and_resource() =>
        Should.Throw<DistributedApplicationException>(() => Add(_application, "bad")).Message
            .ShouldBe("Launch profile 'bad' of project resource 'web' has the applicationUrl 'localhost', which is not an absolute URL.");

    [Fact]
    public void Without_a_profile_nothing_of_it_counts() =>
        _application.Builder.AddProject("web", Path(_application), launchProfileName: null).Resource.GetEndpoints().ShouldBeEmpty();

    [Fact]
    public void A_missing_project_file_is_refused_where_it_is_added() =>
        Should.Throw<DistributedApplicationException>(() => _application.Builder.AddProject("web", "absent.csproj")).Message
            .ShouldBe($"Project file '{_application.Folder["absent.csproj"]}' was not found.");

    [Fact]
    public void What_is_published_has_neither_the_profiles_ports_nor_its_variables()
    {
        using var publishing = AnApplication.Publishing();
        var project = Add(publishing, "several");

        project.Resource.GetEndpoints().Select(e => (e.EndpointName, e.EndpointAnnotation.Port)).ShouldBe([("http", null), ("https", null)]);
        project.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>().Count().ShouldBe(2);
        Add(publishing, "arguments", "job").Resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ShouldBeEmpty();
    }

    [Fact]
    public void A_project_that_listens_nowhere_is_published_so()
    {
        using var publishing = AnApplication.Publishing();
        publishing.Folder.Write("web/Properties/launchSettings.json", """{ "profiles": { "worker": { "commandName": "Project" } } }""");

        publishing.Builder.AddProject("web", publishing.Folder.Write("web/web.csproj", "")).Resource.GetEndpoints().ShouldBeEmpty();
    }

    private static IResourceBuilder<ProjectResource> Add(AnApplication application, string? profile = null, string name = "web") => profile is null
        ? application.Builder.AddProject(name, Path(application))
        : application.Builder.AddProject(name, Path(application), profile);

    private static string Path(AnApplication application)
    {
        application.Folder.Write("web/Properties/launchSettings.json", Settings);
        return application.Folder.Write("web/web.csproj", "");
    }
}
