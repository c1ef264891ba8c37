using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Reporting;
using Microsoft.Extensions.DependencyInjection;
using SidecarAspire.EndToEnd.Tests.Publishing;
using SidecarAspire.LocalEngine.Tests.Reporting;

namespace SidecarAspire.LocalEngine.Tests.Publishing;

/// <summary>The Aspire manifest: its words are those that Aspire 13.5 writes, which azd and aspirate read.</summary>
public sealed class ManifestTests : IClassFixture<ManifestSchema>, IDisposable
{
    private readonly AnApplication _application = new("--publisher", "manifest", "--output-path", "out");
    private readonly RecordingReporter _console = new();

    public ManifestTests() => Builder.Configuration["Pipeline:OutputPath"] = _application.Folder["out"];

    private DistributedApplicationBuilder Builder => _application.Builder;

    private string Manifest => _application.Folder["out/aspire-manifest.json"];

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task What_AppHost_can_say_comes_out_in_Aspires_words()
    {
        DescribeMuch();

        (await PublishAsync()).ShouldBe(0);

        await Snapshot.ShouldBeAsync(await ReadAsync(), "much.json");
        (await ManifestSchema.ErrorsAsync(Manifest)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_application_is_the_same_bytes()
    {
        DescribeMuch();
        (await PublishAsync()).ShouldBe(0);
        var first = await File.ReadAllBytesAsync(Manifest, TestContext.Current.CancellationToken);

        using var again = new ManifestTests();
        again.DescribeMuch();
        (await again.PublishAsync()).ShouldBe(0);

        (await File.ReadAllBytesAsync(again.Manifest, TestContext.Current.CancellationToken)).ShouldBe(first);
    }

    [Fact]
    public async Task No_value_of_a_parameter_is_asked_for_or_written()
    {
        Builder.Configuration["Parameters:api-key"] = "s3cret";
        _application.AddProgram("app").WithEnvironment("KEY", Builder.AddParameter("api-key", secret: true)).WithEnvironment("OTHER", Builder.AddParameter("unset"));

        (await PublishAsync()).ShouldBe(0);

        (await ReadAsync()).ShouldNotContain("s3cret");
        Resource("api-key").GetProperty("inputs").GetProperty("value").GetProperty("secret").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_program_that_is_no_container_is_written_as_Aspire_does_and_warned_of()
    {
        Builder.AddExecutable("clock", "node", "clock", "clock.js", "--utc").WithHttpEndpoint(targetPort: 3000);

        (await PublishAsync()).ShouldBe(0);

        await Snapshot.ShouldBeAsync(await ReadAsync(), "executable.json");
        (await ManifestSchema.ErrorsAsync(Manifest)).ShouldBeEmpty();
        Told().ShouldBe(
        [
            "publish-manifest: warning: 'clock' is an executable.v0, which azd and aspirate do not deploy: publish it as a container with PublishAsDockerFile().",
            $"publish-manifest: wrote {Manifest}",
        ]);
    }

    [Fact]
    public async Task A_resource_that_the_manifest_has_no_word_for_is_left_out_and_told()
    {
        Builder.AddResource(new AResource("cloud"));

        (await PublishAsync()).ShouldBe(0);

        (await ReadAsync()).ShouldBe("{\n  \"resources\": {}\n}");
        Told()[0].ShouldBe("publish-manifest: warning: 'cloud' of type 'AResource' is left out: the manifest has no type for it.");
    }

    [Fact]
    public async Task A_resource_can_be_left_out_or_write_itself()
    {
        Builder.AddResource(new AResource("hidden")).ExcludeFromManifest();
        _application.AddProgram("own").WithManifestPublishingCallback(context => context.Writer.WriteString("type", "own.v0"));

        (await PublishAsync()).ShouldBe(0);

        Resources().EnumerateObject().Select(r => $"{r.Name}: {r.Value}").ShouldBe(["own: {\n      \"type\": \"own.v0\"\n    }"]);
        Told().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_others_refer_to_is_written_though_it_is_not_in_the_model()
    {
        var parameter = new ParameterResource("elsewhere", _ => "value");
        _application.AddProgram("app").WithEnvironment("SETTING", ReferenceExpression.Create($"a {parameter}"));

        (await PublishAsync()).ShouldBe(0);

        Resource("app").GetProperty("env").GetProperty("SETTING").GetString().ShouldBe("a {elsewhere.value}");
        Resource("elsewhere").GetProperty("type").GetString().ShouldBe("parameter.v0");
    }

    [Fact]
    public async Task An_app_without_a_Dockerfile_gets_one_beside_the_manifest()
    {
        _application.Folder.Write("app/server.js", "");
        Builder.AddNodeApp("app", "app", "server.js");

        (await PublishAsync()).ShouldBe(0);

        Resource("app").GetProperty("build").GetProperty("dockerfile").GetString().ShouldBe("app.Dockerfile");
        Resource("app").GetProperty("build").GetProperty("context").GetString().ShouldBe("../app");
        (await File.ReadAllTextAsync(_application.Folder["out/app.Dockerfile"], TestContext.Current.CancellationToken)).ShouldEndWith("ENTRYPOINT [\"node\", \"server.js\"]\n");
        Directory.GetFiles(_application.Folder["app"]).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_file_can_be_named_instead_of_a_folder()
    {
        _application.AddProgram("app");
        Builder.Configuration["Pipeline:OutputPath"] = _application.Folder["deep/er/app.json"];

        (await PublishAsync()).ShouldBe(0);

        Directory.GetFiles(_application.Folder["deep/er"]).ShouldBe([_application.Folder["deep/er/app.json"]]);
    }

    [Fact]
    public async Task A_manifest_from_before_is_replaced()
    {
        _application.AddProgram("app");
        _application.Folder.Write("out/aspire-manifest.json", new string('x', 100_000));

        (await PublishAsync()).ShouldBe(0);

        Resource("app").GetProperty("type").GetString().ShouldBe("executable.v0");
        Directory.GetFiles(_application.Folder["out"]).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_mistake_leaves_the_manifest_from_before_as_it_was()
    {
        var app = _application.AddProgram("app").WithHttpEndpoint();
        _application.AddProgram("other").WithEnvironment("TARGET", app.GetEndpoint("grpc"));
        _application.Folder.Write("out/aspire-manifest.json", "before");

        (await PublishAsync()).ShouldBe(1);

        Told().ShouldBe(["error: Step 'publish-manifest' failed: Resource 'app' has no endpoint 'grpc'; it has 'http'. 'other' refers to it in its variable TARGET."]);
        (await ReadAsync()).ShouldBe("before");
        Directory.GetFiles(_application.Folder["out"]).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_place_to_write_to_must_be_named()
    {
        Builder.Configuration["Pipeline:OutputPath"] = null;

        (await PublishAsync()).ShouldBe(1);

        Told().ShouldBe(["error: Step 'publish-manifest' failed: --output-path is missing: say the folder for aspire-manifest.json, or a file that ends in .json."]);
    }

    [Fact]
    public async Task A_folder_by_the_manifests_name_is_refused()
    {
        Directory.CreateDirectory(Manifest);

        (await PublishAsync()).ShouldBe(1);

        Told().Single().ShouldEndWith($"'{Manifest}' is a folder; the manifest is a file.");
    }

    private void DescribeMuch()
    {
        var folder = _application.Folder;
        folder.Write("app/Dockerfile", "FROM scratch");
        folder.Write("web/Properties/launchSettings.json", """{ "profiles": { "http": { "commandName": "Project", "applicationUrl": "http://localhost:5100" } } }""");

        var region = Builder.AddParameter("region");
        var key = Builder.AddParameter("api-key", secret: true);
        var level = Builder.AddParameter("log-level", "info", publishValueAsDefault: true);
        var cache = Builder.AddContainer("cache", "registry.local/redis", "7.4").WithEndpoint(port: 6379, targetPort: 6379, name: "tcp").WithEntrypoint("redis-server").WithArgs("--port", "6379");
        var store = Builder.AddConnectionString("store", ReferenceExpression.Create($"{cache.GetEndpoint("tcp").Property(EndpointProperty.HostAndPort)},password={key}"));
        var app = Builder.AddNodeApp("legacy-app", "app", "app.js").WithHttpEndpoint(env: "PORT");
        var report = Builder.AddDockerfile("report", "report", "docker/Dockerfile", "final")
            .WithBuildArg("LEVEL", level).WithBuildArg("STRICT", true)
            .WithHttpEndpoint(port: 80, targetPort: 3000, name: "site");
        var api = Builder.AddProject("api", folder.Write("api/api.csproj", ""), launchProfileName: null)
            .WithHttpEndpoint(port: 8080, env: "PORT").WithHttpEndpoint(name: "admin").WithEndpoint(name: "bulk", scheme: "tcp").WithEndpoint(name: "push", protocol: ProtocolType.Tcp, scheme: "https", port: 8443, targetPort: 9443)
            .WithExternalHttpEndpoints()
            .WithEnvironment("TARGET", app.GetEndpoint("http"))
            .WithEnvironment("LABEL", $"{region}/{level} at {report.GetEndpoint("site").Property(EndpointProperty.Host)}")
            .WithEnvironment("KEY", key)
            .WithEnvironment("BRACES", "{}")
            .WithReference(store)
            .WithArgs("--app", app.GetEndpoint("http"));
        Builder.AddProject("web", folder.Write("web/web.csproj", "")).WithReference(api).DisableForwardedHeaders();
    }

    private async Task<int> PublishAsync()
    {
        Builder.Services.AddSingleton<IAppHostReporter>(_console);
        using var application = Builder.Build();
        return await application.Services.GetRequiredService<PipelineRunner>().RunAsync(application.Services, TestContext.Current.CancellationToken);
    }

    private Task<string> ReadAsync() => File.ReadAllTextAsync(Manifest, TestContext.Current.CancellationToken);

    private JsonElement Resources() => JsonDocument.Parse(File.ReadAllText(Manifest)).RootElement.GetProperty("resources");

    private JsonElement Resource(string name) => Resources().GetProperty(name);

    // Without the time that a step has taken.
    private List<string> Told()
    {
        var told = new List<string>();
        while (_console.Told.Reader.TryRead(out var line))
        {
            told.Add(line.EndsWith(" s)", StringComparison.Ordinal) ? line[..line.LastIndexOf(" (", StringComparison.Ordinal)] : line);
        }

        return told;
    }

    private sealed class AResource(string name) : Resource(name);
}
