using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Validation;

/// <summary>Finds what is wrong with an application before anything is started; each error is one line that says what and where.</summary>
internal sealed class ModelValidator(ResourceConfiguration configuration, ExecutableMapping mapping, EndpointAllocator endpoints, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Looks at what AppHost.cs describes.</summary>
    /// <exception cref="DistributedApplicationException">Something is wrong.</exception>
    public void Validate(IReadOnlyList<IResource> resources)
    {
        RefuseCircularWaits(resources);
        foreach (var resource in resources.Where(StartsByItself).Where(r => !r.HasAnnotationOfType<DashboardProgramAnnotation>()))
        {
            RefuseMissingProgram(resource);
        }

        RefuseTakenPorts(resources.Where(StartsByItself));
    }

    /// <summary>Looks at the values of variables and arguments, once the endpoints have addresses.</summary>
    /// <exception cref="DistributedApplicationException">One refers to an endpoint that does not exist, or to a parameter without a value.</exception>
    public async Task ValidateValuesAsync(IReadOnlyList<IResource> resources, CancellationToken cancellationToken)
    {
        foreach (var resource in resources)
        {
            foreach (var (place, value) in await ValuesAsync(resource, cancellationToken).ConfigureAwait(false))
            {
                var references = ResourceConfiguration.References(value).ToArray();
                if (references.OfType<EndpointReference>().FirstOrDefault(e => !e.Exists) is { } missing)
                {
                    throw new DistributedApplicationException($"{missing.MissingMessage} '{resource.Name}' refers to it in {place}.");
                }

                foreach (var parameter in references.OfType<ParameterResource>().Where(_ => StartsByItself(resource)))
                {
                    await RefuseMissingValueAsync(parameter, $"'{resource.Name}' refers to it in {place}.", cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static bool StartsByItself(IResource resource) => !resource.HasAnnotationOfType<ExplicitStartupAnnotation>();

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

    private async Task<IEnumerable<(string Place, object Value)>> ValuesAsync(IResource resource, CancellationToken cancellationToken)
    {
        var uses = resource.Annotations.OfType<EndpointUseAnnotation>().Select(u => (Place: "a health check", Value: (object)u.Endpoint));
        using var patience = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var (variables, arguments) = await configuration.GatherAsync(resource, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            return variables.Select(v => (Place: $"its variable {v.Key}", v.Value))
                .Concat(arguments.Select(a => (Place: "an argument", Value: a)))
                .Concat(uses);
        }
        catch (Exception e) when (e is not DistributedApplicationException && !cancellationToken.IsCancellationRequested)
        {
            // A callback that needs what is there only later, such as a resource that runs. It is called again then, and a failure told.
            return uses;
        }
    }

    private static async Task RefuseMissingValueAsync(ParameterResource parameter, string use, CancellationToken cancellationToken)
    {
        try
        {
            await parameter.GetValueAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DistributedApplicationException e)
        {
            throw new DistributedApplicationException($"{e.Message} {use}", e);
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
                var place = $"endpoint '{endpoint.Name}' of resource '{resource.Name}'";
                var setting = resource.Annotations.OfType<EndpointSettingAnnotation>().FirstOrDefault(from => from.EndpointName == endpoint.Name)?.Setting;
                Take(endpoints.FixedPort(endpoint), place, setting);
                if (endpoint.IsProxied)
                {
                    Take(endpoint.TargetPort, $"the program behind {place}");
                }
            }
        }

        void Take(int? wanted, string place, string? setting = null)
        {
            if (wanted is { } port)
            {
                Refuse(port is < 1 or > 65535, $"Port {port}, {place}, is not a port; allowed is 1 to 65535.");
                Refuse(taken.TryGetValue(port, out var other), $"Port {port} is wanted twice: by {other} and by {place}.");
                Refuse(!LocalPorts.IsFree(port), $"Port {port}, {place}, is in use by another process{(setting is null ? "." : $"; set {setting} to use another.")}");
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
