using SidecarAspire.Hosting.Kubernetes;

namespace SidecarAspire.Hosting.Model;

/// <summary>All that the objects of one application are made of.</summary>
internal sealed record SidecarApp
{
    /// <summary>The name of the application and of its objects.</summary>
    public required string Name { get; init; }

    public required SidecarKubernetesOptions Options { get; init; }

    /// <summary>How the sidecar is part of the Pod: as the options say, or, in a chart that has both, otherwise.</summary>
    public required SidecarMode Mode { get; init; }

    public required PodEndpoints Endpoints { get; init; }

    public required IReadOnlyList<EnvVar> AppEnvironment { get; init; }

    public required IReadOnlyList<EnvVar> SidecarEnvironment { get; init; }

    /// <summary>The values of the secret parameters, where they are asked for.</summary>
    public required IReadOnlyDictionary<string, string> Secrets { get; init; }

    public string ConfigMapName => $"{Name}-sidecar";

    /// <summary>The Secret with the secret parameters; null when there is none.</summary>
    public string? SecretName => SecretNameFor(Name, Options);

    public string ServiceAccountName => Options.ServiceAccount ?? Name;

    /// <summary>What tells the Pods of this application from all others; it never changes, because a Deployment's cannot.</summary>
    public IReadOnlyDictionary<string, string> Selector => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["app.kubernetes.io/instance"] = Name,
        ["app.kubernetes.io/name"] = Name,
    };

    public IReadOnlyDictionary<string, string> Labels
    {
        get
        {
            var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in Options.Labels)
            {
                labels[name] = value;
            }

            labels["app.kubernetes.io/managed-by"] = "sidecar-aspire";
            foreach (var (name, value) in Selector)
            {
                labels[name] = value;
            }

            return labels;
        }
    }

    public Termination Termination => new(Options, Mode);

    public static string? SecretNameFor(string app, SidecarKubernetesOptions options) => options.SecretName ?? (options.WriteSecrets ? $"{app}-secrets" : null);

    public ObjectMeta Metadata(string? name = null, IReadOnlyDictionary<string, string>? annotations = null) => new(name ?? Name, Options.Namespace, Labels, annotations);
}
