using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience;

/// <summary>Another configuration without a file.</summary>
internal static class Reloading
{
    /// <summary>Puts a configuration in force while a sidecar runs.</summary>
    public static void Reload(RunningSidecar sidecar, string target, params string[] settings) =>
        sidecar.Services.GetRequiredService<SidecarSettings>().Replace(Read([$"TARGET={target}", .. settings]));

    public static SidecarOptions Read(params string[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]));
        configuration.AddEnvironmentContract();
        return OptionsReader.Read(configuration);
    }
}
