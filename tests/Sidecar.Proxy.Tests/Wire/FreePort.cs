using System.Net;
using System.Net.Sockets;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A port that was free a moment ago, for the few things that cannot ask for port 0.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
