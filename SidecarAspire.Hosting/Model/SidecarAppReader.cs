using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using SidecarAspire.Hosting.Kubernetes;

namespace SidecarAspire.Hosting.Model;

/// <summary>Reads from the model what one application's objects are made of.</summary>
/// <param name="context">The run of the pipeline.</param>
/// <param name="services">The Services of all published applications, by the names of the applications and of their sidecars.</param>
internal sealed class SidecarAppReader(PipelineStepContext context, IReadOnlyDictionary<string, ServiceAddress> services)
{
    // By these a collector tells the Pods apart.
    private static readonly EnvVar[] s_podIdentity =
    [
        EnvVar.OfField("POD_NAME", "metadata.name"),
        EnvVar.OfField("POD_NAMESPACE", "metadata.namespace"),
        new("OTEL_RESOURCE_ATTRIBUTES", "k8s.namespace.name=$(POD_NAMESPACE),k8s.pod.name=$(POD_NAME),service.instance.id=$(POD_NAME)"),
    ];

    /// <summary>Reads it.</summary>
    /// <param name="pair">The application and its sidecar.</param>
    /// <param name="options">What is to be published for them.</param>
    /// <exception cref="Aspire.Hosting.DistributedApplicationException">Something cannot be had in a Pod.</exception>
    public async Task<SidecarApp> ReadAsync(SidecarPair pair, SidecarKubernetesOptions options)
    {
        var cancellation = context.CancellationToken;
        var endpoints = new PodEndpoints(pair, options);
        var secretName = SidecarApp.SecretNameFor(pair.App.Name, options);
        var environment = new PodEnvironment(context.ExecutionContext, endpoints, services, secretName);
        var app = await environment.ReadAsync(pair.App, options.AppEnvironment, cancellation).ConfigureAwait(false);
        var sidecar = await environment.ReadAsync(pair.Sidecar, SidecarVariables(options), cancellation).ConfigureAwait(false);
        return new()
        {
            Name = pair.App.Name,
            Options = options,
            Mode = options.Mode,
            Endpoints = endpoints,
            AppEnvironment = app,
            SidecarEnvironment = options.OtlpEndpoint is null ? sidecar : [.. s_podIdentity, .. sidecar],
            Secrets = options.WriteSecrets ? await ValuesAsync(environment.Secrets, cancellation).ConfigureAwait(false) : new Dictionary<string, string>(),
        };
    }

    private static Dictionary<string, string> SidecarVariables(SidecarKubernetesOptions options)
    {
        var variables = new Dictionary<string, string> { ["SIDECAR_CONFIG"] = $"{PodContainers.ConfigurationFolder}/{ConfigMap.FileName}" };
        if (options.OtlpEndpoint is { } collector)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector;
        }

        foreach (var (name, value) in options.SidecarEnvironment)
        {
            variables[name] = value;
        }

        return variables;
    }

    private static async Task<IReadOnlyDictionary<string, string>> ValuesAsync(IReadOnlyDictionary<string, ParameterResource> secrets, CancellationToken cancellationToken)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, secret) in secrets)
        {
            values[name] = await secret.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty;
        }

        return values;
    }
}
