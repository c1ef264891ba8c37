using System.Diagnostics;

namespace SidecarAspire.EndToEnd.Tests.Publishing;

/// <summary>Checks manifests against the schema that Aspire publishes, by a validator that others wrote.</summary>
public sealed class ManifestSchema : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "schema");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        // npm writes it last.
        var installed = new FileInfo(Path.Combine(s_folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(s_folder, "package-lock.json")))
        {
            var (exitCode, output) = await RunAsync("npm", "ci", "--ignore-scripts");
            exitCode.ShouldBe(0, output);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;

    /// <summary>What is wrong with manifests, one line for each error.</summary>
    internal static async Task<string> ErrorsAsync(params string[] manifests)
    {
        var (exitCode, output) = await RunAsync("node", ["validate.js", .. manifests]);
        return exitCode == 0 || output.Length > 0 ? output : $"node ended with {exitCode}";
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(s_patience);
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = s_folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
    }
}
