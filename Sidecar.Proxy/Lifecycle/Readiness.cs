namespace Sidecar.Proxy.Lifecycle;

/// <summary>Whether new requests should be sent here: the application answers, and the sidecar is not on its way out.</summary>
/// <param name="probe">The application.</param>
/// <param name="drain">The way out.</param>
internal sealed class Readiness(AppProbe probe, Drain drain)
{
    /// <summary>Finds out.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Why not, or null when ready.</returns>
    public async Task<string?> WhyNotAsync(CancellationToken cancellationToken) =>
        drain.IsDraining ? "the sidecar is draining" : await probe.WhyNotReadyAsync(cancellationToken);
}
