namespace SidecarAspire.Hosting.Output;

/// <summary>Shows what would be written.</summary>
internal static class DryRun
{
    /// <summary>Shows all files, each below its path.</summary>
    public static void Show(OutputFiles files, StepOutput output)
    {
        foreach (var (path, text) in files.Texts)
        {
            output.Write($"==> {path} <==\n{text}");
        }
    }
}
