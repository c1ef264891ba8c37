namespace Aspire.Hosting.Bundle;

/// <summary>What the search for a bundle depends on.</summary>
/// <param name="NamedFolder">The folder the user named in <c>ASPIRE_BUNDLE</c>; null or empty when none.</param>
/// <param name="AspireHome">Where the Aspire CLI keeps what it unpacks.</param>
/// <param name="CacheFolder">Where a bundle of our own is kept.</param>
/// <param name="SearchPath">Where npm is looked for.</param>
/// <param name="Package">What npm is to fetch; null where nothing has been pinned for the platform.</param>
internal sealed record BundleEnvironment(
    string? NamedFolder,
    string AspireHome,
    string CacheFolder,
    string SearchPath,
    BundlePackage? Package)
{
    /// <summary>The variable that names a folder.</summary>
    public const string NamedFolderVariable = "ASPIRE_BUNDLE";

    /// <summary>This machine, this user.</summary>
    public static BundleEnvironment Current()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new BundleEnvironment(
            Variable(NamedFolderVariable),
            Variable("ASPIRE_HOME") ?? Path.Combine(home, ".aspire"),
            Path.Combine(UserCache(home), "sidecar-aspire"),
            Variable("PATH") ?? string.Empty,
            BundlePackage.ForThisMachine());
    }

    private static string UserCache(string home)
    {
        if (OperatingSystem.IsWindows())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        if (OperatingSystem.IsMacOS())
        {
            return Path.Combine(home, "Library", "Caches");
        }

        // A relative path is to be ignored (XDG Base Directory Specification).
        return Variable("XDG_CACHE_HOME") is { } cache && Path.IsPathRooted(cache) ? cache : Path.Combine(home, ".cache");
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
