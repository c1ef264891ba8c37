namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>A Pod: the application and its sidecar.</summary>
internal sealed record PodSpec
{
    public required string ServiceAccountName { get; init; }

    public bool AutomountServiceAccountToken { get; }

    public required long TerminationGracePeriodSeconds { get; init; }

    public required Security SecurityContext { get; init; }

    public IReadOnlyList<LocalObjectReference>? ImagePullSecrets { get; init; }

    public IReadOnlyList<Spread>? TopologySpreadConstraints { get; init; }

    public IReadOnlyList<Container>? InitContainers { get; init; }

    public required IReadOnlyList<Container> Containers { get; init; }

    public required IReadOnlyList<Volume> Volumes { get; init; }

    /// <summary>What the restricted Pod Security Standard asks of a Pod.</summary>
    internal sealed record Security
    {
        public bool RunAsNonRoot { get; } = true;

        public Profile SeccompProfile { get; } = new("RuntimeDefault");
    }

    internal sealed record Profile(string Type);

    internal sealed record LocalObjectReference(string Name);

    internal sealed record Spread(string TopologyKey, LabelSelector LabelSelector)
    {
        public int MaxSkew { get; } = 1;

        public string WhenUnsatisfiable { get; } = "ScheduleAnyway";
    }

    internal sealed record Volume(string Name, ConfigMapSource? ConfigMap = null, EmptyDirSource? EmptyDir = null);

    internal sealed record ConfigMapSource(string Name, int DefaultMode);

    internal sealed record EmptyDirSource(string SizeLimit);
}
