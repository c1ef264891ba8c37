using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.Hosting;

/// <summary>What is published for an application and its sidecar. All but the names of the images has a default.</summary>
public sealed class SidecarKubernetesOptions
{
    internal SidecarKubernetesOptions(IResource app, IResource sidecar)
    {
        App = app;
        if (sidecar is SidecarResource && sidecar.TryGetContainerImageName(out var image))
        {
            SidecarImage = image;
        }

        if (sidecar.TryGetLastAnnotation<SidecarConfigurationAnnotation>(out var configuration))
        {
            Configuration = configuration.Section.DeepClone().AsObject();
        }
    }

    /// <summary>The application these options are for.</summary>
    public IResource App { get; }

    /// <summary>The namespace written into every object. Default: none, the one that <c>kubectl</c> is set to.</summary>
    public string? Namespace { get; set; }

    /// <summary>How the sidecar is part of the Pod. Default: <see cref="SidecarMode.Native"/>.</summary>
    public SidecarMode Mode { get; set; }

    /// <summary>The number of Pods; with <see cref="Autoscaling"/> the least one. Default: 2.</summary>
    public int Replicas { get; set; } = 2;

    /// <summary>How the number of Pods follows the load.</summary>
    public AutoscalingOptions Autoscaling { get; } = new();

    /// <summary>Whether a PodDisruptionBudget keeps all Pods but one while nodes are emptied. Default: true. It takes policy/v1, Kubernetes 1.21.</summary>
    public bool DisruptionBudget { get; set; } = true;

    /// <summary>Whether Pods are spread over nodes and zones. Default: true.</summary>
    public bool TopologySpread { get; set; } = true;

    /// <summary>Who may reach the Pod.</summary>
    public NetworkPolicyOptions NetworkPolicy { get; } = new();

    /// <summary>Who reaches the Service. Default: <see cref="KubernetesServiceType.LoadBalancer"/>.</summary>
    public KubernetesServiceType ServiceType { get; set; }

    /// <summary>The Service's port, which leads to the sidecar. Default: 80.</summary>
    public int ServicePort { get; set; } = 80;

    /// <summary>The application's image. Required.</summary>
    public string? AppImage { get; set; }

    /// <summary>The sidecar's image. Required for a sidecar of one's own. Default of the package's: <c>sidecar-proxy</c> of the same version, or what <c>WithImage</c> says.</summary>
    public string? SidecarImage { get; set; }

    /// <summary>When nodes fetch the images. Default: <see cref="ImagePullPolicy.IfNotPresent"/>.</summary>
    public ImagePullPolicy PullPolicy { get; set; }

    /// <summary>The Secrets with which nodes fetch the images. Default: none.</summary>
    public IList<string> PullSecrets { get; } = [];

    /// <summary>The application's port in the Pod. Default: its endpoint's target port, else 3000.</summary>
    public int? AppPort { get; set; }

    /// <summary>The sidecar's traffic port in the Pod. Default: its endpoint's target port, else 8080.</summary>
    public int? SidecarPort { get; set; }

    /// <summary>The sidecar's admin port in the Pod. Default: 9901.</summary>
    public int AdminPort { get; set; } = 9901;

    /// <summary>What the application gets of the node. Default: 100m and 128Mi requested, 256Mi at most.</summary>
    public ContainerResources AppResources { get; } = new() { CpuRequest = "100m", MemoryRequest = "128Mi", MemoryLimit = "256Mi" };

    /// <summary>What the sidecar gets of the node. Default: 50m and 64Mi requested, 256Mi at most: load, and 15,000 idle connections (docs/images.md).</summary>
    public ContainerResources SidecarResources { get; } = new() { CpuRequest = "50m", MemoryRequest = "64Mi", MemoryLimit = "256Mi" };

    /// <summary>The user id the application runs as. Default: 1000, the user <c>node</c> of Node.js images.</summary>
    public long AppUser { get; set; } = 1000;

    /// <summary>The user id the sidecar runs as. Default: 1654, the user <c>app</c> of .NET images.</summary>
    public long SidecarUser { get; set; } = 1654;

    /// <summary>Variables of the application's container beside, or instead of, those of the model.</summary>
    public IDictionary<string, string> AppEnvironment { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Variables of the sidecar's container beside, or instead of, those of the model.</summary>
    public IDictionary<string, string> SidecarEnvironment { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// What the ConfigMap's <c>sidecar.json</c> holds under <c>Sidecar</c>, beside the times of the drain: what <c>WithConfiguration</c> says, to be
    /// changed for Kubernetes alone. The sidecar follows a change of it without a restart.
    /// </summary>
    public JsonObject Configuration { get; } = [];

    /// <summary>A path of the application's that tells readiness. Default: a connection that it accepts is enough.</summary>
    public string? AppReadinessPath { get; set; }

    /// <summary>
    /// A path of the application's whose failure restarts it, asked through the sidecar's traffic port. Default: none, because a crash
    /// restarts it anyway and a slow application is made no faster by a restart.
    /// </summary>
    public string? AppLivenessPath { get; set; }

    /// <summary>The Secret, made by the user, that holds the secret parameters by their names. Default: none.</summary>
    public string? SecretName { get; set; }

    /// <summary>Whether a Secret with the values of the secret parameters is written, in plain text. Default: false.</summary>
    public bool WriteSecrets { get; set; }

    /// <summary>The collector that the sidecar sends its telemetry to, such as <c>http://otel-collector.monitoring:4317</c>. Default: none.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>Whether annotations lead Prometheus to the admin port. Default: true.</summary>
    public bool PrometheusAnnotations { get; set; } = true;

    /// <summary>Labels of every object beside the recommended ones.</summary>
    public IDictionary<string, string> Labels { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A ServiceAccount there is already. Default: none; one is written, without a token, by the application's name.</summary>
    public string? ServiceAccount { get; set; }

    /// <summary>How long the sidecar still serves new requests once it drains. Default: 5 seconds.</summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the sidecar may take to end, <see cref="DrainDelay"/> included. Default: 25 seconds.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long the application may take to end after SIGTERM. Default: 10 seconds.</summary>
    public TimeSpan AppShutdownTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the Pod may take to end. Default: long enough for the application's preStop, its end and the sidecar's drain, and 5 seconds more.</summary>
    public TimeSpan? TerminationGracePeriod { get; set; }

    /// <summary>What keeps the application up while the sidecar drains. Default: a request that the sidecar answers when it has drained.</summary>
    public PreStop? AppPreStop { get; set; }

    /// <summary>
    /// What begins the drain of a native sidecar, which gets SIGTERM only after the application. Default: <see cref="SidecarProgram"/> with the
    /// argument <c>drain</c>; nothing with <see cref="SidecarMode.Container"/>, where SIGTERM comes at once.
    /// </summary>
    public PreStop? SidecarPreStop { get; set; }

    /// <summary>The sidecar's program in its image. Default: <c>/app/Sidecar.Proxy</c>, where .NET images have it.</summary>
    public string SidecarProgram { get; set; } = "/app/Sidecar.Proxy";

    /// <summary>The Istio component.</summary>
    public IstioOptions Istio { get; } = new();

    /// <summary>The Gateway API component.</summary>
    public GatewayApiOptions GatewayApi { get; } = new();

    /// <summary>The chart's version, a semantic one. Default: <c>0.1.0</c>.</summary>
    public string ChartVersion { get; set; } = "0.1.0";

    /// <summary>A last word on every object, before it is written.</summary>
    public Action<JsonObject>? Customize { get; set; }
}
