using System.Text.Json.Serialization;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>A container of a Pod. One with <see cref="RestartPolicy"/> among the init containers is a native sidecar.</summary>
internal sealed record Container
{
    public const string AppName = "app";
    public const string SidecarName = "sidecar";

    public required string Name { get; init; }

    public required string Image { get; init; }

    public required ImagePullPolicy ImagePullPolicy { get; init; }

    public string? RestartPolicy { get; init; }

    public IReadOnlyList<Port>? Ports { get; init; }

    public required IReadOnlyList<EnvVar> Env { get; init; }

    public required Requirements Resources { get; init; }

    public Probe? StartupProbe { get; init; }

    public Probe? ReadinessProbe { get; init; }

    public Probe? LivenessProbe { get; init; }

    public Lifecycle? Lifecycle { get; init; }

    public required Security SecurityContext { get; init; }

    public required IReadOnlyList<Mount> VolumeMounts { get; init; }

    internal sealed record Port(string Name, [property: JsonPropertyName("containerPort")] int Number, string Protocol = "TCP");

    internal sealed record Mount(string Name, string MountPath, bool? ReadOnly = null);

    internal sealed record Requirements(Amounts? Requests, Amounts? Limits)
    {
        public static Requirements Of(ContainerResources resources) =>
            new(Amounts.Of(resources.CpuRequest, resources.MemoryRequest), Amounts.Of(resources.CpuLimit, resources.MemoryLimit));
    }

    internal sealed record Amounts(string? Cpu, string? Memory)
    {
        public static Amounts? Of(string? cpu, string? memory) => cpu is null && memory is null ? null : new(cpu, memory);
    }

    /// <summary>What the restricted Pod Security Standard asks of a container, with a root file system that cannot be written besides.</summary>
    internal sealed record Security(long RunAsUser, long RunAsGroup)
    {
        public bool AllowPrivilegeEscalation { get; }

        public bool ReadOnlyRootFilesystem { get; } = true;

        public Dropped Capabilities { get; } = new(["ALL"]);
    }

    internal sealed record Dropped(IReadOnlyList<string> Drop);
}
