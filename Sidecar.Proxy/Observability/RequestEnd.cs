namespace Sidecar.Proxy.Observability;

/// <summary>Who ended a request.</summary>
public enum RequestEnd
{
    /// <summary>The application: its answer was complete, or it broke off or was unusable.</summary>
    Upstream,

    /// <summary>The client: it closed the connection before the answer was complete, or closed what had been upgraded.</summary>
    Client,

    /// <summary>The sidecar: it refused, shed, or gave up waiting.</summary>
    Sidecar,
}
