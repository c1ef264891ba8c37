using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;

namespace Aspire.Hosting.Dcp;

/// <summary>Puts a resource's environment and arguments together: first the values AppHost.cs names, then what they are.</summary>
internal sealed class ResourceConfiguration(DistributedApplicationExecutionContext executionContext, ResourceLoggerService loggers)
{
    /// <summary>The values, not yet resolved: strings, endpoints, parameters, expressions.</summary>
    public async Task<(Dictionary<string, object> Variables, List<object> Arguments)> GatherAsync(IResource resource, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, object>();
        var environment = new EnvironmentCallbackContext(executionContext, resource, variables, cancellationToken) { Logger = loggers.GetLogger(resource) };
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(environment).ConfigureAwait(false);
        }

        var arguments = new List<object>();
        var commandLine = new CommandLineArgsCallbackContext(arguments, resource, cancellationToken) { ExecutionContext = executionContext };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(commandLine).ConfigureAwait(false);
        }

        return (variables, arguments);
    }

    /// <summary>The values as a process gets them; waits for addresses that are not known yet.</summary>
    public async Task<ResolvedConfiguration> ResolveAsync(IResource resource, CancellationToken cancellationToken)
    {
        var (variables, arguments) = await GatherAsync(resource, cancellationToken).ConfigureAwait(false);
        var resolved = new List<DcpVariable>(variables.Count);
        foreach (var (name, value) in variables.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            resolved.Add(new DcpVariable(name, await ToTextAsync(value, cancellationToken).ConfigureAwait(false)));
        }

        var texts = new List<string>(arguments.Count);
        foreach (var argument in arguments)
        {
            texts.Add(await ToTextAsync(argument, cancellationToken).ConfigureAwait(false));
        }

        var secrets = variables.Where(v => IsSecret(v.Value)).Select(v => v.Key)
            .Append(OtlpEnvironment.SecretName).Concat(DashboardEnvironment.Secrets);
        return new ResolvedConfiguration(resolved, secrets.ToHashSet(), texts, arguments.Any(IsSecret));
    }

    /// <summary>A value and all that it is made of.</summary>
    public static IEnumerable<object> References(object value) => value switch
    {
        IResourceBuilder<IResource> { Resource: var resource } => References(resource),
        IValueWithReferences composite => composite.References.SelectMany(References).Prepend(value),
        _ => [value],
    };

    private static bool IsSecret(object value) => References(value).OfType<ParameterResource>().Any(p => p.Secret);

    private static async ValueTask<string> ToTextAsync(object value, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty,
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };
}
