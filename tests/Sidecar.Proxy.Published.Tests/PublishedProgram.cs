using SidecarAspire.Hosting.Tests;

namespace Sidecar.Proxy.Published.Tests;

/// <summary>
/// The sidecar's program as its image holds it. <c>dotnet publish</c> makes it when its sources have changed since the last time;
/// <c>SIDECAR_PROGRAM</c> names another one, published in another way for instance.
/// </summary>
public sealed class PublishedProgram : IAsyncLifetime
{
    private static readonly string? s_given = Environment.GetEnvironmentVariable("SIDECAR_PROGRAM");

    /// <summary>Its file.</summary>
    internal static string Path { get; } = s_given ?? System.IO.Path.Combine(Repository.Root, "artifacts", "published", "Sidecar.Proxy");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (s_given is not null)
            return;
        var publish = await CommandRun.OfAsync(
            Repository.Root, "dotnet", "publish", "Sidecar.Proxy", "--use-current-runtime", "--output", System.IO.Path.GetDirectoryName(Path)!, "--verbosity", "quiet", "--nologo");
        publish.ExitCode.ShouldBe(0, publish.Output + publish.Error);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;
}
