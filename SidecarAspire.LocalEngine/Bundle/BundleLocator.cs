using Spectre.Console;

namespace Aspire.Hosting.Bundle;

/// <summary>
/// Finds Aspire's orchestrator and dashboard: in the folder the user named, else where the Aspire CLI unpacked this very
/// version, else in the user's cache, into which npm fetches them when they are nowhere.
/// </summary>
internal sealed class BundleLocator(BundleEnvironment environment, IAnsiConsole console, TimeProvider time)
{
    private static readonly string[] WaysOut =
    [
        $"install the Aspire CLI {BundlePackage.Version} and run 'aspire doctor' once",
        $"set {BundleEnvironment.NamedFolderVariable} to a folder with dcp/dcp and managed/aspire-managed",
    ];

    public BundleLocator() : this(BundleEnvironment.Current(), AnsiConsole.Console, TimeProvider.System)
    {
    }

    /// <summary>Says what to do when no bundle can be had.</summary>
    public static string Advice { get; } = string.Join(", or ", WaysOut);

    /// <exception cref="DistributedApplicationException">There is none and none can be fetched; one line says what to install.</exception>
    public async Task<AspireBundle> FindAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(environment.NamedFolder))
        {
            return InNamedFolder(environment.NamedFolder);
        }

        return InAspireHome()
            ?? InCache()
            ?? await new BundleInstaller(environment, console, time).InstallAsync(cancellationToken);
    }

    private static AspireBundle InNamedFolder(string folder)
    {
        var expected = AspireBundle.Layout(Path.GetFullPath(folder), VersionOf(folder));
        string[] missing = [.. new[] { expected.DcpPath, expected.DashboardPath }.Where(path => !File.Exists(path))];
        return missing is []
            ? expected
            : throw new DistributedApplicationException(
                $"{BundleEnvironment.NamedFolderVariable} is '{folder}', but {string.Join(" and ", missing.Select(path => $"'{path}'"))} {(missing.Length == 1 ? "does" : "do")} not exist.");
    }

    private AspireBundle? InAspireHome()
    {
        var versions = Path.Combine(environment.AspireHome, "versions");
        return Directory.Exists(versions)
            ? UnpackedIn(versions)
            : null;
    }

    private AspireBundle? InCache() => AspireBundle.In(BundleInstaller.Folder(environment), BundlePackage.Version);

    /// <summary>The CLI unpacks into versions/VERSION_COMMIT-HASH; a name with a further dot is one it has not finished.</summary>
    internal static AspireBundle? UnpackedIn(string versions) =>
        Directory.EnumerateDirectories(versions, BundlePackage.Version + "_*")
            .Where(folder => !Path.GetFileName(folder)[(BundlePackage.Version.Length + 1)..].Contains('.', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(folder => AspireBundle.In(folder, BundlePackage.Version))
            .FirstOrDefault(bundle => bundle is not null);

    private static string VersionOf(string folder)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)).Split('_')[0];
        return System.Version.TryParse(name, out _) ? name : "unknown";
    }
}
