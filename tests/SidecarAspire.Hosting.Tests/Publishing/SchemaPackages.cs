namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>The schemas and the compiler, from npm: installed once for each version of their lock file.</summary>
public sealed class SchemaPackages : IAsyncLifetime
{
    private static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "schema");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        // npm writes it last.
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            return;
        }

        var npm = await CommandRun.OfAsync(Folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci ended with {npm.ExitCode}: {npm.Error}");
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;

    /// <summary>Type-checks a file.</summary>
    internal static async Task<CommandRun> CompileAsync(string source)
    {
        var file = Path.Combine(Folder, $"{Guid.NewGuid():N}.ts");
        await File.WriteAllTextAsync(file, source, TestContext.Current.CancellationToken);
        try
        {
            return await CommandRun.OfAsync(Folder, "node", "node_modules/typescript/bin/tsc",
                "--noEmit", "--strict", "--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck", file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
