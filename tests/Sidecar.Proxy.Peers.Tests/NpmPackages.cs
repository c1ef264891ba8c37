namespace Sidecar.Proxy.Peers.Tests;

/// <summary>Installs what the peers in Node.js are made of, once for each version of their lock file.</summary>
public sealed class NpmPackages : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Where the peers are.</summary>
    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "peers");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        // npm writes it last.
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
            return;
        using var npm = PeerProcess.Start("npm", "ci", "--ignore-scripts");
        using var timeout = new CancellationTokenSource(Patience);
        var (exitCode, output) = await npm.ExitAsync(timeout.Token);
        if (exitCode != 0)
            throw new InvalidOperationException($"npm ci ended with {exitCode}: {output}");
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;
}
