using System.Diagnostics;

namespace SidecarAspire.Image;

/// <summary>A way to publish the sidecar.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Options">For <c>dotnet publish</c>, beyond what the project says.</param>
internal sealed record Variant(string Name, params string[] Options)
{
    private const string OnRuntime = "-p:PublishAot=false";

    /// <summary>As the project file says.</summary>
    public static Variant Shipped { get; } = new("NativeAOT: what is shipped");

    /// <summary>What else there is.</summary>
    public static IReadOnlyList<Variant> Others { get; } =
    [
        new("self-contained", OnRuntime, "--self-contained"),
        new("self-contained, ReadyToRun", OnRuntime, "--self-contained", "-p:PublishReadyToRun=true"),
    ];

    /// <summary>Publishes it into a folder.</summary>
    /// <exception cref="IOException">It could not be published.</exception>
    public async Task PublishAsync(string project, string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["publish", project, "--use-current-runtime", "--output", folder, "--nologo", "--verbosity", "quiet", .. Options]) { RedirectStandardOutput = true };
        using var publish = Process.Start(start)!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
            throw new IOException($"dotnet publish ended with {publish.ExitCode}: {output}");
    }
}
