using Sidecar.Proxy.Published.Tests;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>The sidecar's program: here the one that is shipped.</summary>
internal static class SidecarProgram
{
    /// <summary>What starts it.</summary>
    public static IReadOnlyList<string> Command { get; } = [PublishedProgram.Path];
}
