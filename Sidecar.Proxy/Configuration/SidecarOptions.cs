using Sidecar.Proxy.Configuration.Istio;

namespace Sidecar.Proxy.Configuration;

/// <summary>Everything an operator can configure, under the section <c>Sidecar</c>. One instance is one consistent snapshot.</summary>
public sealed record SidecarOptions : IValidatableObject
{
    /// <summary>The configuration section all keys are under.</summary>
    public const string Section = "Sidecar";

    /// <summary>The service's name in logs, traces and metrics (<c>SRV_NAME</c>). Default: <c>OTEL_SERVICE_NAME</c>, else the host name.</summary>
    [RestartOnly]
    [Required(ErrorMessage = "a name of at least one character")]
    public string ServiceName { get; init; } = Environment.MachineName;

    /// <summary>A JSON file, such as a mounted ConfigMap's (<c>SIDECAR_CONFIG</c>), that is put in force again whenever it changes. Default: none.</summary>
    [RestartOnly]
    public string? ConfigurationFile { get; init; }

    /// <summary>How often that file is looked at. Default: 1 second.</summary>
    [RestartOnly]
    [DurationRange("10ms", "1h")]
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where clients connect to.</summary>
    [RestartOnly]
    public ListenerOptions Listener { get; init; } = new();

    /// <summary>The sidecar's own port.</summary>
    [RestartOnly]
    public AdminOptions Admin { get; init; } = new();

    /// <summary>What a client may ask.</summary>
    [RestartOnly]
    public LimitOptions Limits { get; init; } = new();

    /// <summary>What is told in headers.</summary>
    public HeaderOptions Headers { get; init; } = new();

    /// <summary>How the sidecar becomes ready, and how it ends.</summary>
    public LifecycleOptions Lifecycle { get; init; } = new();

    /// <summary>The application behind the sidecar.</summary>
    public UpstreamOptions Upstream { get; init; } = new();

    /// <summary>Other targets than the application behind the sidecar, by the names that routes call them. Default: none.</summary>
    public IReadOnlyDictionary<string, UpstreamOptions> Clusters { get; init; } = new Dictionary<string, UpstreamOptions>();

    /// <summary>What is done with which requests. Default: all go to the application.</summary>
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    /// <summary>Istio's objects that are the configuration of routes and clusters. Default: none.</summary>
    [RestartOnly]
    public IstioOptions? Istio { get; init; }

    /// <summary>What keeps one failure from becoming many.</summary>
    public ResilienceOptions Resilience { get; init; } = new();

    /// <summary>Who is asking, and who may.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>One record a request.</summary>
    public AccessLogOptions AccessLog { get; init; } = new();

    /// <summary>What must not be seen in logs and traces.</summary>
    public RedactionOptions Redaction { get; init; } = new();

    /// <summary>Spans and their propagation.</summary>
    public TracingOptions Tracing { get; init; } = new();

    /// <summary>Metrics to be fetched.</summary>
    [RestartOnly]
    public MetricsOptions Metrics { get; init; } = new();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => [.. FailoverValidation.Validate(this), .. RouteValidation.Validate(this), .. AccessValidation.Validate(this)];

    /// <summary>Hides what <see cref="Redaction"/> names, and what carries credentials; made once.</summary>
    internal Redactor Redactor => field ??= new(Redaction, Security.Jwt?.Query);
}

/// <summary>The admin port: probes, metrics, and what only an operator may see.</summary>
public sealed record AdminOptions
{
    /// <summary>The IP address to listen on, or <c>localhost</c>. Default: <c>*</c>, because the kubelet probes the pod's address.</summary>
    [ListenAddress]
    public string Address { get; init; } = "*";

    /// <summary>The TCP port (<c>ADMIN_PORT</c>); 0 takes any free one. Default: 9901.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 9901;
}

/// <summary>Metrics for whoever comes to fetch them. Over OTLP they are sent as soon as an endpoint is set.</summary>
public sealed record MetricsOptions
{
    /// <summary>Whether <c>/metrics</c> on the admin port answers Prometheus; if not, nothing is measured for it. Default: yes.</summary>
    public bool Prometheus { get; init; } = true;
}
