namespace SidecarAspire.Hosting.Model;

/// <summary>How a Pod ends: the application outlives the sidecar's drain, and the Pod both.</summary>
/// <param name="options">The options.</param>
/// <param name="mode">How the sidecar is part of the Pod.</param>
internal sealed class Termination(SidecarKubernetesOptions options, SidecarMode mode)
{
    private static readonly TimeSpan s_defaultDrainDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the sidecar serves new requests once it is told to end. A native sidecar that is not told earlier gets SIGTERM when the
    /// application is gone: then there is nothing left to serve.
    /// </summary>
    public TimeSpan DrainDelay => options.DrainDelay
        ?? (mode == SidecarMode.Native && options.SidecarPreStop is null ? TimeSpan.Zero : s_defaultDrainDelay);

    /// <summary>What happens in the application's container before SIGTERM.</summary>
    public PreStop AppPreStop => options.AppPreStop ?? (mode == SidecarMode.Native ? PreStop.Sleep(options.DrainTimeout) : PreStop.None);

    /// <summary>The least time the Pod needs to end without loss.</summary>
    public TimeSpan NeededGracePeriod => DrainDelay + options.DrainTimeout + AppPreStopDuration + options.AppShutdownTimeout;

    /// <summary>The time the Pod gets.</summary>
    public TimeSpan GracePeriod => options.TerminationGracePeriod ?? NeededGracePeriod + s_margin;

    // How long a command or a request takes is not known; it has to outlast the drain.
    private TimeSpan AppPreStopDuration => AppPreStop == PreStop.None ? TimeSpan.Zero : AppPreStop.Duration ?? options.DrainTimeout;
}
