using Microsoft.Extensions.Configuration;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>What a sidecar makes of its configuration, without a sidecar.</summary>
internal static class OptionsOf
{
    /// <summary>Reads and validates settings.</summary>
    /// <param name="settings">As <c>KEY=value</c>.</param>
    /// <exception cref="ConfigurationException">One of them is not allowed.</exception>
    public static SidecarOptions Settings(params string[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]));
        configuration.AddEnvironmentContract();
        return OptionsReader.Read(configuration);
    }
}
