using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Validation;

/// <summary>Finds what is wrong with an application before anything is started; each error is one line that says what and where.</summary>
internal sealed class ModelValidator(ResourceConfiguration configuration, ExecutableMapping mapping, EndpointAllocator endpoints)
{
    /// <exception cref="DistributedApplicationException">Something is wrong.</exception>
    public async Task ValidateAsync(IReadOnlyList<IResource> resources, CancellationToken cancellationToken)
    {
        RefuseCircularWaits(resources);
        foreach (var resource in resources)
        {
            await RefuseUnknownEndpointsAsync(resource, cancellationToken).ConfigureAwait(false);
            if (!resource.HasAnnotationOfType<ExplicitStartupAnnotation>() && !resource.HasAnnotationOfType<DashboardProgramAnnotation>())
            {
                RefuseMissingProgram(resource);
            }
        }

        RefuseTakenPorts(resources.Where(r => !r.HasAnnotationOfType<ExplicitStartupAnnotation>()));
    }

    internal static void RefuseCircularWaits(IReadOnlyList<IResource> resources)
    {
        var finished = new HashSet<IResource>();
        foreach (var resource in resources)
        {
            Visit(resource, []);
        }

        void Visit(IResource resource, List<IResource> path)
        {
            var seen = path.IndexOf(resource);
            if (seen >= 0)
            {
                var circle = path.Skip(seen).Append(resource).Select(r => $"'{r.Name}'");
                throw new DistributedApplicationException($"Circular WaitFor: {string.Join(" waits for ", circle)}; none of them could ever start.");
            }

            if (!finished.Contains(resource))
            {
                path.Add(resource);
                foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
                {
                    Visit(wait.Resource, path);
                }

                path.RemoveAt(path.Count - 1);
                finished.Add(resource);
            }
        }
    }

    private async Task RefuseUnknownEndpointsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var (variables, arguments) = await configuration.GatherAsync(resource, cancellationToken).ConfigureAwait(false);
        var uses = variables.Select(v => (Place: $"its variable {v.Key}", v.Value))
            .Concat(arguments.Select(a => (Place: "an argument", Value: a)))
            .Concat(resource.Annotations.OfType<EndpointUseAnnotation>().Select(u => (Place: "a health check", Value: (object)u.Endpoint)));
        foreach (var (place, value) in uses)
        {
            if (ResourceConfiguration.References(value).OfType<EndpointReference>().FirstOrDefault(e => !e.Exists) is { } missing)
            {
                throw new DistributedApplicationException($"{missing.MissingMessage} '{resource.Name}' refers to it in {place}.");
            }
        }
    }

    private void RefuseMissingProgram(IResource resource)
    {
        if (resource is ProjectResource project && project.GetProjectMetadata() is { } metadata)
        {
            Refuse(!File.Exists(metadata.ProjectPath), $"Project file '{metadata.ProjectPath}' was not found.");
            Refuse(
                metadata is IBuiltProjectMetadata built && !File.Exists(built.TargetPath),
                $"Project '{metadata.ProjectPath}' has not been built: build the app host, which builds it along.");
        }

        var (command, folder, _) = mapping.Program(resource);
        Refuse(!Directory.Exists(folder), $"The folder of resource '{resource.Name}' was not found: '{folder}'.");
        foreach (var file in resource.Annotations.OfType<RequiredFileAnnotation>())
        {
            Refuse(!File.Exists(file.Path), $"The {file.Kind} of resource '{resource.Name}' was not found: '{file.Path}'.");
        }

        Refuse(
            CommandPath.Find(command, folder) is null,
            $"The command '{command}' of resource '{resource.Name}' was not found{(Path.IsPathRooted(command) ? "." : " in PATH: install it, or put its folder there.")}");
    }

    private void RefuseTakenPorts(IEnumerable<IResource> resources)
    {
        var taken = new Dictionary<int, string>();
        foreach (var resource in resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                if (endpoints.FixedPort(endpoint) is not { } port)
                {
                    continue;
                }

                var place = $"endpoint '{endpoint.Name}' of resource '{resource.Name}'";
                Refuse(taken.TryGetValue(port, out var other), $"Port {port} is wanted twice: by {other} and by {place}.");
                Refuse(!PortAllocator.IsFree(port), $"Port {port}, {place}, is in use by another process.");
                taken.Add(port, place);
            }
        }
    }

    private static void Refuse(bool wrong, string message)
    {
        if (wrong)
        {
            throw new DistributedApplicationException(message);
        }
    }
}
