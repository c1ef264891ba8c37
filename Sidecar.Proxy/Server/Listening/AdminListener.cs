namespace Sidecar.Proxy.Server.Listening;

/// <summary>Marks a connection as one to the admin port. Two listeners share a server; this is what keeps them apart.</summary>
public sealed class AdminListener
{
    /// <summary>The mark.</summary>
    public static AdminListener Instance { get; } = new();
}
