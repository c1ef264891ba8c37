using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Publishing;

/// <summary>The Aspire manifest while it is written: the words and the order of the words are those of Aspire.</summary>
/// <param name="executionContext">What the app host has been started for.</param>
/// <param name="manifestPath">The manifest's path; relative paths in it start at its folder.</param>
/// <param name="writer">Writes the JSON.</param>
/// <param name="cancellationToken">Stops the work.</param>
public sealed partial class ManifestPublishingContext(DistributedApplicationExecutionContext executionContext, string manifestPath, Utf8JsonWriter writer, CancellationToken cancellationToken = default)
{
    // One for the whole manifest, so that no two resources are given the same port.
    private readonly PortAllocator _ports = new();
    private readonly Dictionary<string, IResource> _referenced = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the app host has been started for.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The manifest's path.</summary>
    public string ManifestPath { get; } = manifestPath;

    /// <summary>Writes the JSON.</summary>
    public Utf8JsonWriter Writer { get; } = writer;

    /// <summary>Stops the work.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The Dockerfiles that belong beside the manifest, by path.</summary>
    internal Dictionary<string, string> Dockerfiles { get; } = [];

    /// <summary>What people have to know before they hand the manifest to a tool.</summary>
    internal List<string> Warnings { get; } = [];

    /// <summary>A path as the manifest names it: relative to its folder, with slashes.</summary>
    public string? GetManifestRelativePath(string? path) =>
        path is null ? null : Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(ManifestPath))!, path.Replace('\\', Path.DirectorySeparatorChar)).Replace('\\', '/');

    /// <summary>Writes <c>env</c>, when the resource has any.</summary>
    /// <exception cref="DistributedApplicationException">A variable refers to an endpoint that does not exist.</exception>
    public async Task WriteEnvironmentVariablesAsync(IResource resource)
    {
        var (variables, _) = await GatherAsync(resource).ConfigureAwait(false);
        if (variables.Count > 0)
        {
            Writer.WriteStartObject("env");
            foreach (var (name, value) in variables)
            {
                Writer.WriteString(name, Expression(value, $"'{resource.Name}' refers to it in its variable {name}."));
            }

            Writer.WriteEndObject();
        }
    }

    /// <summary>Writes <c>args</c>, when the resource has any.</summary>
    /// <exception cref="DistributedApplicationException">An argument refers to an endpoint that does not exist.</exception>
    public async Task WriteCommandLineArgumentsAsync(IResource resource)
    {
        var (_, arguments) = await GatherAsync(resource).ConfigureAwait(false);
        if (arguments.Count > 0)
        {
            Writer.WriteStartArray("args");
            foreach (var argument in arguments)
            {
                Writer.WriteStringValue(Expression(argument, $"'{resource.Name}' refers to it in an argument."));
            }

            Writer.WriteEndArray();
        }
    }

    /// <summary>Writes <c>bindings</c>, when the resource has endpoints. Ports that AppHost.cs leaves open are given out, so call it once for each resource.</summary>
    public void WriteBindings(IResource resource)
    {
        var endpoints = resource.ResolveEndpoints(_ports);
        if (endpoints.Count == 0)
        {
            return;
        }

        Writer.WriteStartObject("bindings");
        foreach (var resolved in endpoints)
        {
            var endpoint = resolved.Endpoint;
            Writer.WriteStartObject(endpoint.Name);
            Writer.WriteString("scheme", endpoint.UriScheme);
            Writer.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            Writer.WriteString("transport", endpoint.Transport);
            if (resolved.ExposedPort is { Value: { } port, IsImplicit: false } && port != resolved.TargetPort.Value)
            {
                Writer.WriteNumber("port", port);
            }

            if (resolved.TargetPort.Value is { } targetPort)
            {
                Writer.WriteNumber("targetPort", targetPort);
            }

            if (endpoint.IsExternal)
            {
                Writer.WriteBoolean("external", true);
            }

            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }

    /// <summary>Writes <c>connectionString</c>, when the resource has one.</summary>
    public void WriteConnectionString(IResource resource)
    {
        if (resource is IResourceWithConnectionString { ConnectionStringExpression: { } connectionString })
        {
            Writer.WriteString("connectionString", Expression(connectionString, $"'{resource.Name}' refers to it in its connection string."));
        }
    }

    /// <summary>Has the resources that a value is made of written too, whether or not they are in the model.</summary>
    public void TryAddDependentResources(object? value)
    {
        foreach (var resource in value is null ? [] : ResourceConfiguration.References(value).OfType<IResource>())
        {
            _referenced.TryAdd(resource.Name, resource);
        }
    }

    private Task<(Dictionary<string, object> Variables, List<object> Arguments)> GatherAsync(IResource resource) =>
        ExecutionContext.ServiceProvider.GetRequiredService<ResourceConfiguration>().GatherAsync(resource, CancellationToken);

    private string Expression(object value, string use)
    {
        if (ResourceConfiguration.References(value).OfType<EndpointReference>().FirstOrDefault(e => !e.Exists) is { } missing)
        {
            throw new DistributedApplicationException($"{missing.MissingMessage} {use}");
        }

        TryAddDependentResources(value);
        return value switch
        {
            string text => text,
            IManifestExpressionProvider provider => provider.ValueExpression,
            IResourceBuilder<IResource> { Resource: IManifestExpressionProvider provider } => provider.ValueExpression,
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
        };
    }
}
