using SidecarAspire.Hosting.Tests;

namespace Sidecar.Proxy.Published.Tests;

/// <summary>The sidecar's program as its image holds it. <c>dotnet publish</c> makes it when its sources have changed since the last time.</summary>
public sealed class PublishedProgram : IAsyncLifetime
{
    /// <summary>Its file.</summary>
    internal static string Path { get; } = System.IO.Path.Combine(Repository.Root, "artifacts", "published", "Sidecar.Proxy");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var publish = await CommandRun.OfAsync(
            Repository.Root, "dotnet", "publish", "Sidecar.Proxy", "--use-current-runtime", "--output", System.IO.Path.GetDirectoryName(Path)!, "--verbosity", "quiet", "--nologo");
        publish.ExitCode.ShouldBe(0, publish.Output + publish.Error);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;
}
