using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>
/// A port at which nobody listens, for the few things that cannot ask for port 0. It lies below the range from which the kernel
/// gives ports to everybody else, the tests that run beside this one among them.
/// </summary>
internal static class FreePort
{
    private static readonly ConcurrentDictionary<int, bool> s_given = new();

    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 32_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException)
            {
                continue;
            }

            if (s_given.TryAdd(port, true))
                return port;
        }
    }
}
