using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Traffic;

/// <summary>Learns from what becomes of the attempts at a target whether the target may have more of them.</summary>
internal interface IAttemptObserver
{
    /// <summary>An attempt is over. Called on the request path: it neither blocks nor throws.</summary>
    /// <param name="attempt">The attempt. With neither a status code nor an error it says nothing of the target: the client went away, or the sidecar gave up.</param>
    void Observe(AttemptRecord attempt);
}
