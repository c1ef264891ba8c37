using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

public sealed partial class ManifestPublishingContext
{
    /// <summary>Writes a container, as it stands between the resource's braces.</summary>
    /// <exception cref="DistributedApplicationException">It has neither an image nor a Dockerfile.</exception>
    public async Task WriteContainerAsync(ContainerResource container)
    {
        if (container.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            Writer.WriteString("type", "container.v1");
            WriteConnectionString(container);
            await WriteBuildAsync(container, build).ConfigureAwait(false);
        }
        else if (container.TryGetContainerImageName(out var image))
        {
            Writer.WriteString("type", "container.v0");
            WriteConnectionString(container);
            Writer.WriteString("image", image);
        }
        else
        {
            throw new DistributedApplicationException($"Container '{container.Name}' has neither an image nor a Dockerfile.");
        }

        if (container.Entrypoint is { } entrypoint)
        {
            Writer.WriteString("entrypoint", entrypoint);
        }

        await WriteCommandLineArgumentsAsync(container).ConfigureAwait(false);
        await WriteEnvironmentVariablesAsync(container).ConfigureAwait(false);
        WriteBindings(container);
    }

    internal async Task WriteModelAsync(DistributedApplicationModel model)
    {
        Writer.WriteStartObject();
        Writer.WriteStartObject("resources");
        foreach (var resource in model.Resources)
        {
            await WriteResourceAsync(resource).ConfigureAwait(false);
        }

        foreach (var resource in _referenced.Values.Where(r => !model.Resources.TryGetByName(r.Name, out _)).ToArray())
        {
            await WriteResourceAsync(resource).ConfigureAwait(false);
        }

        Writer.WriteEndObject();
        Writer.WriteEndObject();
        await Writer.FlushAsync(CancellationToken).ConfigureAwait(false);
    }

    private async Task WriteResourceAsync(IResource resource)
    {
        if (ContentOf(resource) is { } write)
        {
            Writer.WriteStartObject(resource.Name);
            await write().ConfigureAwait(false);
            Writer.WriteEndObject();
        }
    }

    private Func<Task>? ContentOf(IResource resource)
    {
        if (resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var own))
        {
            return own.Callback is { } callback ? () => callback(this) : null;
        }

        switch (resource)
        {
            case ContainerResource container:
                return () => WriteContainerAsync(container);
            case ProjectResource project:
                return () => WriteProjectAsync(project);
            case ExecutableResource executable:
                return () => WriteExecutableAsync(executable);
            case ParameterResource parameter:
                return () => WriteParameter(parameter);
            case IResourceWithConnectionString:
                return () => WriteValue(resource);
            default:
                // Aspire writes an entry that says "error" and no type, which breaks the manifest's schema.
                Warnings.Add($"'{resource.Name}' of type '{resource.GetType().Name}' is left out: the manifest has no type for it.");
                return null;
        }
    }

    private async Task WriteProjectAsync(ProjectResource project)
    {
        Writer.WriteString("type", "project.v0");
        Writer.WriteString("path", GetManifestRelativePath(project.GetProjectMetadata().ProjectPath));
        await WriteCommandLineArgumentsAsync(project).ConfigureAwait(false);
        await WriteEnvironmentVariablesAsync(project).ConfigureAwait(false);
        WriteBindings(project);
    }

    private async Task WriteExecutableAsync(ExecutableResource executable)
    {
        Warnings.Add($"'{executable.Name}' is an executable.v0, which azd and aspirate do not deploy: publish it as a container with PublishAsDockerFile().");
        Writer.WriteString("type", "executable.v0");
        Writer.WriteString("workingDirectory", GetManifestRelativePath(executable.WorkingDirectory));
        Writer.WriteString("command", executable.Command);
        await WriteCommandLineArgumentsAsync(executable).ConfigureAwait(false);
        await WriteEnvironmentVariablesAsync(executable).ConfigureAwait(false);
        WriteBindings(executable);
    }

    private Task WriteParameter(ParameterResource parameter)
    {
        Writer.WriteString("type", "parameter.v0");
        Writer.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        Writer.WriteStartObject("inputs");
        Writer.WriteStartObject("value");
        Writer.WriteString("type", "string");
        if (parameter.Secret)
        {
            Writer.WriteBoolean("secret", true);
        }

        if (parameter.Default is { } fallback)
        {
            Writer.WriteStartObject("default");
            fallback.WriteToManifest(this);
            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
        Writer.WriteEndObject();
        return Task.CompletedTask;
    }

    private Task WriteValue(IResource resource)
    {
        Writer.WriteString("type", "value.v0");
        WriteConnectionString(resource);
        return Task.CompletedTask;
    }

    private async Task WriteBuildAsync(ContainerResource container, DockerfileBuildAnnotation build)
    {
        var dockerfile = build.DockerfilePath;
        if (build.DockerfileFactory is { } factory)
        {
            // Beside the manifest: what is published is not to change the folder of the application.
            dockerfile = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(ManifestPath))!, $"{container.Name}.Dockerfile");
            var context = new DockerfileFactoryContext { Services = ExecutionContext.ServiceProvider, Resource = container, CancellationToken = CancellationToken };
            Dockerfiles[dockerfile] = await factory(context).ConfigureAwait(false);
        }

        Writer.WriteStartObject("build");
        Writer.WriteString("context", GetManifestRelativePath(build.ContextPath));
        Writer.WriteString("dockerfile", GetManifestRelativePath(dockerfile));
        if (build.Stage is { } stage)
        {
            Writer.WriteString("stage", stage);
        }

        if (build.BuildArguments.Count > 0)
        {
            Writer.WriteStartObject("args");
            foreach (var (name, value) in build.BuildArguments)
            {
                Writer.WriteString(name, value switch
                {
                    null => null,
                    bool flag => flag ? "true" : "false",
                    _ => Expression(value, $"'{container.Name}' refers to it in its build argument {name}."),
                });
            }

            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }
}
