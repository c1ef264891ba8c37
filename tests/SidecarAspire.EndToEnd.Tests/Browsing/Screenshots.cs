namespace SidecarAspire.EndToEnd.Tests.Browsing;

/// <summary>Renews the pictures in docs/images when <c>UPDATE_SCREENSHOTS</c> is 1; otherwise a test run leaves the tree alone.</summary>
internal static class Screenshots
{
    public static bool Wanted { get; } = Environment.GetEnvironmentVariable("UPDATE_SCREENSHOTS") == "1";

    public static async Task KeepAsync(string name, Func<Task<byte[]>> take)
    {
        if (!Wanted)
        {
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "docs", "images"));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"dashboard-{name}.png"), await take(), TestContext.Current.CancellationToken);
    }
}
