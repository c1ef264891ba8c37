using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using SidecarAspire.Hosting.Kubernetes;

namespace SidecarAspire.Hosting.Model;

/// <summary>
/// Turns the variables that AppHost.cs gives a resource into those of its container: endpoints of the same Pod are on loopback, those of
/// other published applications at their Services, and secrets stay where they are.
/// </summary>
/// <param name="execution">That the application is published.</param>
/// <param name="endpoints">The Pod's ports.</param>
/// <param name="services">The Services of all published applications, by the names of the applications and of their sidecars.</param>
/// <param name="secretName">The Secret with the secret parameters; null when there is none.</param>
internal sealed class PodEnvironment(
    DistributedApplicationExecutionContext execution, PodEndpoints endpoints, IReadOnlyDictionary<string, ServiceAddress> services, string? secretName)
{
    private const string Loopback = "localhost";
    private readonly SortedDictionary<string, ParameterResource> _secrets = new(StringComparer.Ordinal);

    /// <summary>The secret parameters that have been met, by name.</summary>
    public IReadOnlyDictionary<string, ParameterResource> Secrets => _secrets;

    /// <summary>A resource's variables, references first, both sorted by name.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="overrides">Variables that win over the model's.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DistributedApplicationException">A value cannot be had in a Pod.</exception>
    public async Task<IReadOnlyList<EnvVar>> ReadAsync(IResource resource, IDictionary<string, string> overrides, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(execution, resource, cancellationToken: cancellationToken);
        // The configuration is in the ConfigMap; variables would win over it.
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().Where(annotation => annotation is not SidecarConfigurationAnnotation).ToArray())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        foreach (var (name, value) in overrides)
        {
            context.EnvironmentVariables[name] = value;
        }

        var variables = new Dictionary<string, EnvVar>(StringComparer.Ordinal);
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            var where = $"Variable {name} of '{resource.Name}'";
            variables[name] = Unwrap(value) is ParameterResource { Secret: true } secret
                ? EnvVar.OfSecret(name, SecretWith(secret, where), secret.Name)
                : new EnvVar(name, await TextAsync(value, where, variables, cancellationToken).ConfigureAwait(false));
        }

        return [.. variables.Values.OrderBy(variable => !variable.IsReference).ThenBy(variable => variable.Name, StringComparer.Ordinal)];
    }

    private static object Unwrap(object value) => value is IResourceBuilder<IResource> { Resource: var resource } ? resource : value;

    // In a container's variables $(NAME) is a reference and $$ a dollar.
    private static string Escape(string text) => text.Replace("$(", "$$(", StringComparison.Ordinal);

    private async ValueTask<string> TextAsync(object value, string where, Dictionary<string, EnvVar> variables, CancellationToken cancellationToken)
    {
        switch (Unwrap(value))
        {
            case string text:
                return Escape(text);
            case ParameterResource { Secret: true } secret:
                return Reference(secret, where, variables);
            case EndpointReference endpoint:
                return Part(endpoint, EndpointProperty.Url, where);
            case EndpointReferenceExpression part:
                return Part(part.Endpoint, part.Property, where);
            case ReferenceExpression expression:
                var parts = new List<object?>(expression.ValueProviders.Count);
                foreach (var provider in expression.ValueProviders)
                {
                    parts.Add(await TextAsync(provider, where, variables, cancellationToken).ConfigureAwait(false));
                }

                return string.Format(CultureInfo.InvariantCulture, expression.Format, [.. parts]);
            case IValueProvider provider:
                return Escape(await provider.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty);
            case var other:
                return Escape(Convert.ToString(other, CultureInfo.InvariantCulture) ?? string.Empty);
        }
    }

    /// <summary>A secret inside a longer text: a variable of its own that the text refers to.</summary>
    private string Reference(ParameterResource secret, string where, Dictionary<string, EnvVar> variables)
    {
        var name = "SECRET_" + secret.Name.Replace('-', '_').ToUpperInvariant();
        variables[name] = EnvVar.OfSecret(name, SecretWith(secret, where), secret.Name);
        return $"$({name})";
    }

    private string SecretWith(ParameterResource secret, string where)
    {
        _secrets[secret.Name] = secret;
        return secretName ?? throw new DistributedApplicationException(
            $"{where} needs the secret parameter '{secret.Name}': set SecretName to the Secret that holds it under that key, or WriteSecrets to have one written.");
    }

    private string Part(EndpointReference endpoint, EndpointProperty property, string where)
    {
        var scheme = endpoint.EndpointAnnotation.UriScheme;
        var (host, port) = endpoints.Find(endpoint.Resource.Name, endpoint.EndpointName) is { } own
            ? new ServiceAddress(Loopback, own)
            : services.GetValueOrDefault(endpoint.Resource.Name) ?? throw new DistributedApplicationException(
                $"{where} needs the endpoint '{endpoint.EndpointName}' of '{endpoint.Resource.Name}', which is not published here: set the variable in AppEnvironment or SidecarEnvironment.");
        return property switch
        {
            EndpointProperty.Url => string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{port}"),
            EndpointProperty.Host or EndpointProperty.IPV4Host => host,
            EndpointProperty.Port or EndpointProperty.TargetPort => port.ToString(CultureInfo.InvariantCulture),
            EndpointProperty.Scheme => scheme,
            EndpointProperty.HostAndPort => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"),
            _ => throw new DistributedApplicationException($"{where} needs the {property} of endpoint '{endpoint.EndpointName}' of '{endpoint.Resource.Name}', which a Pod does not know."),
        };
    }
}
