namespace SidecarAspire.Hosting.Output;

/// <summary>Shows what would be written.</summary>
internal static class DryRun
{
    /// <summary>Prints all files, each below its path.</summary>
    public static async Task PrintAsync(OutputFiles files, TextWriter output)
    {
        foreach (var (path, text) in files.Texts)
        {
            await output.WriteAsync($"==> {path} <==\n{text}\n").ConfigureAwait(false);
        }
    }
}
