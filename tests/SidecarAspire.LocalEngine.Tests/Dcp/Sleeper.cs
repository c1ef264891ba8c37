using System.Diagnostics;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

/// <summary>A process that does nothing until it is killed.</summary>
internal static class Sleeper
{
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(10);

    public static Process Start() => Process.Start("sleep", "600");
}
