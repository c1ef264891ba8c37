namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>Where a request goes that does not go to the application behind the sidecar. It is among the request's features.</summary>
internal interface IDestination
{
    /// <summary>A cluster's name, or null for the application behind the sidecar.</summary>
    string? Cluster { get; }

    /// <summary>Finds the cluster, once: a reload leads no request elsewhere that is on its way.</summary>
    /// <param name="clusters">Those of the configuration in force.</param>
    /// <returns>The cluster, or null when a reload has taken it away before the first request.</returns>
    Cluster? Find(Clusters clusters);
}
