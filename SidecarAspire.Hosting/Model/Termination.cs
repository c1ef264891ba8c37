namespace SidecarAspire.Hosting.Model;

/// <summary>How a Pod ends: the application outlives the sidecar's drain, and the Pod both.</summary>
/// <param name="options">The options.</param>
/// <param name="mode">How the sidecar is part of the Pod.</param>
internal sealed class Termination(SidecarKubernetesOptions options, SidecarMode mode)
{
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What happens in the application's container before SIGTERM: it is held back until the sidecar says that it has drained. The kubelet
    /// waits for the answer.
    /// </summary>
    public PreStop AppPreStop => options.AppPreStop ?? PreStop.HttpGet("/drained", options.AdminPort);

    /// <summary>
    /// What happens in the sidecar's container before SIGTERM. A native sidecar gets that only when the application is gone, but its hook runs
    /// at once: it begins the drain.
    /// </summary>
    public PreStop SidecarPreStop => options.SidecarPreStop ?? (mode == SidecarMode.Native ? PreStop.Exec(options.SidecarProgram, "drain") : PreStop.None);

    /// <summary>The least time the Pod needs to end without loss.</summary>
    public TimeSpan NeededGracePeriod => options.DrainDelay + options.DrainTimeout + AppPreStopDuration + options.AppShutdownTimeout;

    /// <summary>The time the Pod gets.</summary>
    public TimeSpan GracePeriod => options.TerminationGracePeriod ?? NeededGracePeriod + s_margin;

    // How long a command or a request takes is not known; it has to outlast the drain.
    private TimeSpan AppPreStopDuration => AppPreStop == PreStop.None ? TimeSpan.Zero : AppPreStop.Duration ?? options.DrainTimeout;
}
