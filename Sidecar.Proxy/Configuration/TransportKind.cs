namespace Sidecar.Proxy.Configuration;

/// <summary>What carries the traffic's bytes.</summary>
public enum TransportKind
{
    /// <summary>Event loops of the sidecar's own on Linux; elsewhere .NET's sockets.</summary>
    Loops,

    /// <summary>.NET's sockets.</summary>
    Sockets,
}
