namespace SidecarAspire.Pods.Tests.Packages;

/// <summary>The SDK's commands, as a user types them.</summary>
internal static class Dotnet
{
    /// <summary>The configuration that everything was built in.</summary>
    public static string Configuration { get; } = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Repository.OutputOf("Sidecar.Proxy")))!);

    /// <summary>Packs a project as it was built.</summary>
    public static Task PackAsync(string project, string folder, params string[] arguments) =>
        RunAsync(Repository.Root, ["pack", project, "--no-build", "--configuration", Configuration, "--output", folder, .. arguments]);

    /// <summary>Runs a command to its end, which has to be a good one.</summary>
    public static async Task RunAsync(string folder, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(folder, "dotnet", arguments);
        run.ExitCode.ShouldBe(0, run.Output + run.Error);
    }
}
