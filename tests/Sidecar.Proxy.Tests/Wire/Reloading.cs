using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Another configuration without a file.</summary>
internal static class Reloading
{
    /// <summary>Puts a configuration in force while a sidecar runs.</summary>
    /// <param name="sidecar">The sidecar.</param>
    /// <param name="target">The app's address.</param>
    /// <param name="settings">The rest, as <c>KEY=value</c>.</param>
    public static void Reload(this RunningSidecar sidecar, string target, params string[] settings) =>
        sidecar.Services.GetRequiredService<SidecarSettings>().Replace(OptionsOf.Settings([$"TARGET={target}", .. settings]));
}
