namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Where requests go while too few targets of a cluster may be used.</summary>
public sealed record FailoverOptions
{
    /// <summary>A key of <c>Sidecar:Clusters</c>.</summary>
    [Required(ErrorMessage = "a key of Sidecar:Clusters")]
    public string Cluster { get; init; } = "";

    /// <summary>The share of targets that has to be usable, in percent; with less, requests go to <see cref="Cluster"/>. Default: 1, so that any one will do.</summary>
    [Range(1, 100)]
    public int MinHealthyPercent { get; init; } = 1;
}
