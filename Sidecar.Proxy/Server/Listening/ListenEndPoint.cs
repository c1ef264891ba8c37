namespace Sidecar.Proxy.Server.Listening;

/// <summary>An address to listen on, and for whom: a transport has to let the admin port's connections in when the others have to wait.</summary>
/// <param name="address">The address.</param>
/// <param name="port">The port; 0 for any that is free.</param>
/// <param name="isAdmin">Whether it is the sidecar's own port.</param>
internal sealed class ListenEndPoint(IPAddress address, int port, bool isAdmin) : IPEndPoint(address, port)
{
    /// <summary>Whether it is the sidecar's own port.</summary>
    public bool IsAdmin => isAdmin;
}
