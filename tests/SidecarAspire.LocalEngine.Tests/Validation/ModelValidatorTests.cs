using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Validation;

namespace SidecarAspire.LocalEngine.Tests.Validation;

public sealed class ModelValidatorTests : IDisposable
{
    private readonly AnApplication _application = new();

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task A_sound_application_passes()
    {
        var api = Add("api").WithHttpEndpoint(port: new LocalPorts().Next());
        AnApplication.Allocate(Add("web").WithEnvironment("API", api.GetEndpoint("http")).WithHttpEndpoint(isProxied: false).WaitFor(api).GetEndpoint("http"));
        AnApplication.Allocate(api.GetEndpoint("http"));

        Validate();
        await ValidateValuesAsync();
    }

    [Fact]
    public void A_circle_of_waits_is_shown_whole()
    {
        var (a, b, c) = (Add("a"), Add("b"), Add("c"));
        Add("outside").WaitFor(a);
        a.WaitFor(b);
        b.WaitForCompletion(c);
        c.WaitForStart(a);

        Refused().ShouldBe("Circular WaitFor: 'a' waits for 'b' waits for 'c' waits for 'a'; none of them could ever start.");
    }

    [Fact]
    public void Two_that_wait_for_the_same_are_no_circle()
    {
        var (a, b, c) = (Add("a"), Add("b"), Add("c"));
        a.WaitFor(b).WaitFor(c);
        b.WaitFor(c);

        Validate();
    }

    [Fact]
    public async Task An_unknown_endpoint_in_a_variable_is_named()
    {
        var api = Add("api").WithHttpEndpoint();
        Add("web").WithEnvironment("TARGET", $"{api.GetEndpoint("grpc").Property(EndpointProperty.Port)}");

        (await RefusedValueAsync()).ShouldBe("Resource 'api' has no endpoint 'grpc'; it has 'http'. 'web' refers to it in its variable TARGET.");
    }

    [Fact]
    public async Task An_unknown_endpoint_in_an_argument_is_named()
    {
        var api = Add("api");
        Add("web").WithArgs(api.GetEndpoint("http"));

        (await RefusedValueAsync()).ShouldBe("Resource 'api' has no endpoint 'http'; it has none. 'web' refers to it in an argument.");
    }

    [Fact]
    public async Task An_unknown_endpoint_in_a_health_check_is_named()
    {
        Add("web").WithHttpHealthCheck("/");

        (await RefusedValueAsync()).ShouldBe("Resource 'web' has no endpoint 'http'; it has none. 'web' refers to it in a health check.");
    }

    [Fact]
    public async Task A_parameter_without_a_value_is_named_with_who_needs_it()
    {
        var key = _application.Builder.AddParameter("key", secret: true);
        Add("web").WithEnvironment("KEY", $"<{key}>");

        (await RefusedValueAsync()).ShouldBe(
            "Parameter 'key' has no value: set Parameters:key in the app host's configuration, or the environment variable Parameters__key. 'web' refers to it in its variable KEY.");
    }

    [Fact]
    public async Task A_parameter_that_only_a_resource_started_by_hand_needs_may_wait()
    {
        Add("web").WithEnvironment("KEY", _application.Builder.AddParameter("key")).WithExplicitStart();

        await ValidateValuesAsync();
    }

    [Fact]
    public async Task A_callback_that_needs_what_is_there_only_later_is_no_error()
    {
        var never = new TaskCompletionSource();
        Add("web").WithEnvironment(_ => throw new InvalidOperationException("not yet"));
        Add("api").WithEnvironment(_ => never.Task);

        await ValidateValuesAsync();
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        _application.Builder.AddExecutable("web", "true", "absent");

        Refused().ShouldBe($"The folder of resource 'web' was not found: '{_application.Folder["absent"]}'.");
    }

    [Fact]
    public void A_missing_script_is_named()
    {
        _application.Builder.AddNodeApp("web", ".", "absent.js").WithCommand("true");

        Refused().ShouldBe($"The script of resource 'web' was not found: '{_application.Folder["absent.js"]}'.");
    }

    [Fact]
    public void A_missing_command_is_named_with_what_to_do()
    {
        _application.Builder.AddExecutable("web", "no-such-command", ".");

        Refused().ShouldBe("The command 'no-such-command' of resource 'web' was not found in PATH: install it, or put its folder there.");
    }

    [Fact]
    public void A_missing_command_with_a_path_is_named()
    {
        _application.Builder.AddExecutable("web", "/no/such/command", ".");

        Refused().ShouldBe("The command '/no/such/command' of resource 'web' was not found.");
    }

    [Fact]
    public void A_missing_project_file_is_named()
    {
        _application.Builder.AddProject("web", "absent.csproj", launchProfileName: null);

        Refused().ShouldBe($"Project file '{_application.Folder["absent.csproj"]}' was not found.");
    }

    [Fact]
    public void A_project_that_was_not_built_is_named()
    {
        _application.Folder.Write("web.csproj", "");
        _application.Builder.AddResource(new ProjectResource("web")).WithAnnotation<IProjectMetadata>(new AProject(_application.Folder["web.csproj"], _application.Folder["web.dll"]));

        Refused().ShouldBe($"Project '{_application.Folder["web.csproj"]}' has not been built: build the app host, which builds it along.");
    }

    [Fact]
    public void What_is_started_by_hand_may_be_made_later()
    {
        _application.Builder.AddExecutable("web", "no-such-command", "absent").WithHttpEndpoint(port: 5000).WithExplicitStart();
        _application.Builder.AddExecutable("api", "no-such-command", "absent").WithHttpEndpoint(port: 5000).WithExplicitStart();

        Validate();
    }

    [Fact]
    public void A_port_that_two_want_is_named_with_both()
    {
        var port = new LocalPorts().Next();
        Add("web").WithHttpEndpoint(port);
        Add("api").WithHttpEndpoint(targetPort: port, name: "admin", isProxied: false);

        Refused().ShouldBe($"Port {port} is wanted twice: by endpoint 'http' of resource 'web' and by endpoint 'admin' of resource 'api'.");
    }

    [Fact]
    public void A_program_cannot_listen_where_its_own_proxy_does()
    {
        var port = new LocalPorts().Next();
        Add("web").WithHttpEndpoint(port, targetPort: port);

        Refused().ShouldBe($"Port {port} is wanted twice: by endpoint 'http' of resource 'web' and by the program behind endpoint 'http' of resource 'web'.");
    }

    [Fact]
    public void A_port_in_use_is_named_with_who_wants_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Add("web").WithHttpEndpoint(port);

        Refused().ShouldBe($"Port {port}, endpoint 'http' of resource 'web', is in use by another process.");
    }

    [Fact]
    public void A_port_set_by_a_callback_has_to_be_one_too()
    {
        Add("web").WithHttpEndpoint().WithEndpoint("http", e => e.Port = 70_000);

        Refused().ShouldBe("Port 70000, endpoint 'http' of resource 'web', is not a port; allowed is 1 to 65535.");
    }

    [Fact]
    public void A_container_cannot_be_run_here()
    {
        _application.Builder.AddContainer("cache", "redis:7.4");

        Refused().ShouldBe("Resource 'cache' of type 'ContainerResource' cannot be run: the embedded engine runs executables and projects.");
    }

    private IResourceBuilder<ExecutableResource> Add(string name) => _application.AddProgram(name);

    private IResource[] Resources => [.. _application.Builder.Resources.Where(r => r is IComputeResource)];

    private ModelValidator Validator()
    {
        var options = new EngineOptions();
        return new(
            new ResourceConfiguration(_application.Builder.ExecutionContext, new ResourceLoggerService()),
            new ExecutableMapping(options), new EndpointAllocator(new LocalPorts(), options, TimeProvider.System), TimeProvider.System);
    }

    private void Validate() => Validator().Validate(Resources);

    private string Refused() => Should.Throw<DistributedApplicationException>(Validate).Message;

    private Task ValidateValuesAsync() => Validator().ValidateValuesAsync(Resources, TestContext.Current.CancellationToken);

    private async Task<string> RefusedValueAsync() => (await Should.ThrowAsync<DistributedApplicationException>(ValidateValuesAsync())).Message;

    private sealed record AProject(string ProjectPath, string TargetPath) : IBuiltProjectMetadata;
}
