using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>Says which port could not be opened, and why.</summary>
internal static class ListenerFailure
{
    private static readonly string[] PortKeys = [$"{SidecarOptions.Section}:Listener:Port", $"{SidecarOptions.Section}:Admin:Port", $"{SidecarOptions.Section}:Listener:HttpsRedirect:Port"];

    /// <summary>Explains what the server threw when it started.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="configuration">The configuration.</param>
    /// <returns>The problem, or null when it is not about a port.</returns>
    public static ConfigurationProblem? Explain(Exception exception, IConfiguration configuration)
    {
        var allowed = exception switch
        {
            IOException { InnerException: AddressInUseException } => "a port that is not in use",
            SocketException { SocketErrorCode: SocketError.AccessDenied } => "a port this user may open, such as one from 1024 up",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "a port on an address of this machine",
            _ => null,
        };
        if (allowed is null)
            return null;

        var options = OptionsReader.Read(configuration);
        int[] ports = [options.Listener.Port, options.Admin.Port, options.Listener.HttpsRedirect?.Port ?? options.Listener.Port];
        // Kestrel's message holds the address; a bare SocketException says nothing, and then the traffic port was first.
        var failed = Array.FindLastIndex(ports, port => port != ports[0] && exception.Message.Contains(string.Create(CultureInfo.InvariantCulture, $":{port}:"), StringComparison.Ordinal));
        failed = Math.Max(failed, 0);
        return new(EnvironmentContract.NameOf(configuration, PortKeys[failed]), ports[failed].ToString(CultureInfo.InvariantCulture), allowed);
    }
}
