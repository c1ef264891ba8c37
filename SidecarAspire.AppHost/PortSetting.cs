using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Ports that the environment or the command line sets.</summary>
internal static class PortSetting
{
    /// <summary>Reads a port; what is no port ends the app host with one line and exit code 1.</summary>
    public static int GetPort(this IConfiguration configuration, string name, int defaultPort)
    {
        if (configuration[name] is not { Length: > 0 } text)
        {
            return defaultPort;
        }

        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
        {
            return port;
        }

        var mistake = new DistributedApplicationException($"{name} is '{text}'; allowed is a port from 1 to 65535.");
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        {
            // The runtime would print its stack too, and end with 134.
            if (unhandled.ExceptionObject == mistake)
            {
                Console.Error.WriteLine($"error: {mistake.Message}");
                Environment.Exit(1);
            }
        };
        throw mistake;
    }
}
