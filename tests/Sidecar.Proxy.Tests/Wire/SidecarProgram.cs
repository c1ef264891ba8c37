namespace Sidecar.Proxy.Tests.Wire;

/// <summary>The sidecar's program: here the one that a plain build makes, on the runtime.</summary>
internal static class SidecarProgram
{
    /// <summary>What starts it.</summary>
    public static IReadOnlyList<string> Command { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Sidecar.Proxy.dll")];
}
