using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dcp;

/// <summary>Turns a resource into the orchestrator's object for it.</summary>
internal sealed class ExecutableMapping(EngineOptions options)
{
    /// <summary>The annotation that tells one run of a resource from the next.</summary>
    public const string RunMark = "run";

    /// <summary>The object that runs a resource.</summary>
    /// <param name="resource">An executable or a project.</param>
    /// <param name="id">The object's name.</param>
    /// <param name="configuration">Its environment and arguments.</param>
    public DcpExecutable ToExecutable(IResource resource, string id, ResolvedConfiguration configuration)
    {
        var (command, folder, leading) = Program(resource);
        return new DcpExecutable
        {
            Metadata = new DcpMetadata { Name = id, Annotations = Annotations(resource) },
            Spec = new DcpExecutableSpec
            {
                ExecutablePath = command,
                WorkingDirectory = folder,
                Args = [.. leading, .. configuration.Arguments],
                Env = configuration.Variables,
            },
        };
    }

    /// <summary>Command, working folder and first arguments of what runs a resource.</summary>
    public (string Command, string WorkingDirectory, IReadOnlyList<string> Arguments) Program(IResource resource)
    {
        switch (resource)
        {
            case ExecutableResource executable:
                return (executable.Command, executable.WorkingDirectory, []);

            // A program that was built along is started itself: dotnet run would stand between it and SIGTERM.
            case ProjectResource project when project.GetProjectMetadata() is IBuiltProjectMetadata built:
                var program = ProjectProgram.Of(built);
                return (program.Command, Path.GetDirectoryName(built.ProjectPath)!, program.Arguments);

            case ProjectResource project:
                var path = project.GetProjectMetadata().ProjectPath;
                return ("dotnet", Path.GetDirectoryName(path)!,
                    ["run", "--project", path, "--no-build", "--configuration", options.BuildConfiguration, "--no-launch-profile", "--"]);

            default:
                throw new DistributedApplicationException($"Resource '{resource.Name}' of type '{resource.GetType().Name}' cannot be run: the embedded engine runs executables and projects.");
        }
    }

    private static Dictionary<string, string> Annotations(IResource resource)
    {
        var annotations = new Dictionary<string, string> { [RunMark] = Guid.NewGuid().ToString("N") };
        var proxied = resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.IsProxied).ToArray();
        if (proxied.Length > 0)
        {
            annotations[DcpApi.ServiceProducer] = new JsonArray([.. proxied.Select(endpoint => Producer(resource, endpoint))]).ToJsonString(JsonSerializerOptions.Web);
        }

        return annotations;
    }

    private static JsonObject Producer(IResource resource, EndpointAnnotation endpoint)
    {
        var producer = new JsonObject
        {
            ["serviceName"] = EndpointAllocator.ServiceName(resource, endpoint),
            ["address"] = endpoint.TargetHost,
        };
        if (endpoint.TargetPort is { } port)
        {
            producer["port"] = port;
        }

        return producer;
    }
}
