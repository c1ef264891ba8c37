using System.Reflection;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>Which sidecar this is.</summary>
internal static class ProgramVersion
{
    /// <summary>The version as it was built, with the commit where that was known; null only in a program built without one.</summary>
    public static string? Text => typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
