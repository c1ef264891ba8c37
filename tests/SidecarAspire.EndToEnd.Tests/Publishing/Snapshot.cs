using System.Runtime.CompilerServices;

namespace SidecarAspire.EndToEnd.Tests.Publishing;

/// <summary>Whole files as they are expected; <c>UPDATE_SNAPSHOTS=1</c> in the environment writes them anew, for a reviewer to read.</summary>
internal static class Snapshot
{
    public static async Task ShouldBeAsync(string actual, string name, [CallerFilePath] string testFile = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(testFile)!, "Snapshots", name);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(path, actual, TestContext.Current.CancellationToken);
        }

        (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ShouldBe(actual);
    }
}
