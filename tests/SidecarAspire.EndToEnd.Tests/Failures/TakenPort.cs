using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SidecarAspire.EndToEnd.Tests.Failures;

/// <summary>A port that another process has, as it looks to an app host.</summary>
internal sealed class TakenPort : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TakenPort() => _listener.Start();

    /// <summary>Its number.</summary>
    public int Number => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <inheritdoc />
    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => _listener.Dispose();
}
