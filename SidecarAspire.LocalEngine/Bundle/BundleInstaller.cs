using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Spectre.Console;

namespace Aspire.Hosting.Bundle;

/// <summary>
/// Has npm fetch the Aspire CLI's package, checks it against the pinned hash and lets the CLI unpack itself into the user's cache.
/// Everything happens beside the final folder, which then appears by one rename: there is all of it or nothing.
/// </summary>
internal sealed class BundleInstaller(BundleEnvironment environment, IAnsiConsole console, TimeProvider time)
{
    private const string StagingPrefix = ".staging-";

    /// <summary>Where the installed bundle is.</summary>
    public static string Folder(BundleEnvironment environment) => Path.Combine(environment.CacheFolder, "aspire-" + BundlePackage.Version);

    /// <exception cref="DistributedApplicationException">It cannot be installed; one line says why and what to do.</exception>
    public async Task<AspireBundle> InstallAsync(CancellationToken cancellationToken)
    {
        var package = environment.Package
            ?? throw CannotInstall("no package of the Aspire CLI has been pinned for this platform");
        var npm = FindNpm()
            ?? throw CannotInstall("npm, which would fetch them, is not on the PATH");
        try
        {
            return await ProgressAsync(report => InstallAsync(package, npm, report, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or Win32Exception)
        {
            throw CannotInstall(e.Message.TrimEnd('.'), e);
        }
    }

    private async Task<AspireBundle> InstallAsync(BundlePackage package, string npm, Action<string> report, CancellationToken cancellationToken)
    {
        CreatePrivateFolder(environment.CacheFolder);
        var folder = Folder(environment);
        using var fileLock = await FileLock.AcquireAsync(
            folder + ".lock",
            () => report("Waiting for another start that is fetching Aspire's orchestrator and dashboard"),
            time,
            cancellationToken);
        if (AspireBundle.In(folder, BundlePackage.Version) is { } installedMeanwhile)
        {
            return installedMeanwhile;
        }

        // Under the lock nobody else is at work: what lies about is from a start that was killed.
        foreach (var abandoned in Directory.EnumerateDirectories(environment.CacheFolder, StagingPrefix + "*"))
        {
            DeleteQuietly(abandoned);
        }

        var staging = Path.Combine(environment.CacheFolder, StagingPrefix + Guid.NewGuid().ToString("N"));
        CreatePrivateFolder(staging);
        try
        {
            report($"Fetching Aspire's orchestrator and dashboard {BundlePackage.Version} with npm (127 MB, this once)");
            await RunAsync(npm, ["pack", package.Specifier, "--pack-destination", staging, "--loglevel", "error"], staging, home: null, cancellationToken);
            var tarball = Directory.EnumerateFiles(staging, "*.tgz").FirstOrDefault()
                ?? throw CannotInstall($"npm left no package '{package.Specifier}'");

            report("Checking what npm fetched");
            await CheckAsync(tarball, package, cancellationToken);

            report($"Unpacking into {folder}");
            var unpacked = await UnpackAsync(tarball, staging, cancellationToken);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(unpacked, folder);
            return AspireBundle.Layout(folder, BundlePackage.Version);
        }
        finally
        {
            DeleteQuietly(staging);
        }
    }

    private static async Task CheckAsync(string tarball, BundlePackage package, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(tarball);
        var integrity = "sha512-" + Convert.ToBase64String(await SHA512.HashDataAsync(stream, cancellationToken));
        if (integrity != package.Integrity)
        {
            throw CannotInstall($"the package '{package.Specifier}' npm fetched is not the one expected ({integrity} instead of {package.Integrity})");
        }
    }

    private async Task<string> UnpackAsync(string tarball, string staging, CancellationToken cancellationToken)
    {
        var cli = Path.Combine(staging, "aspire");
        await ExtractAsync(tarball, "package/bin/aspire", cli, cancellationToken);
        File.Delete(tarball);

        // The CLI accepts what it has unpacked only where it would look for it: in its own home.
        var home = Path.Combine(staging, "home");
        await RunAsync(cli, ["setup", "--install-path", home, "--nologo"], staging, home, cancellationToken);
        var versions = Path.Combine(home, "versions");
        var bundle = Directory.Exists(versions) ? BundleLocator.UnpackedIn(versions) : null;
        return bundle is null
            ? throw CannotInstall("the Aspire CLI did not unpack itself")
            : Path.GetDirectoryName(Path.GetDirectoryName(bundle.DcpPath))!;
    }

    private static async Task ExtractAsync(string tarball, string name, string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(tarball);
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.Name == name)
            {
                await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
                return;
            }
        }

        throw CannotInstall($"the package holds no '{name}'");
    }

    private async Task RunAsync(string program, string[] arguments, string folder, string? home, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = environment.SearchPath;
        start.Environment["NO_COLOR"] = "1";
        if (home is not null)
        {
            start.Environment.Remove("XDG_CACHE_HOME");
            start.Environment["HOME"] = home;
            start.Environment["ASPIRE_HOME"] = home;
            start.Environment["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "true";
        }

        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var output = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(cancellationToken),
                process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw CannotInstall($"'{Path.GetFileName(program)} {string.Join(' ', arguments[..2])}' ended with {process.ExitCode}: {Reason(string.Join('\n', output))}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>npm says the kind in its first error line and the cause in the last before its stack and its log file.</summary>
    private static string Reason(string output)
    {
        string[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        string[] errors = [.. lines
            .Where(line => line.StartsWith("npm error ", StringComparison.Ordinal) && !line.Contains("complete log", StringComparison.Ordinal))
            .Select(line => line["npm error ".Length..])
            .TakeWhile(line => !line.TrimStart().StartsWith("at ", StringComparison.Ordinal))];
        return errors switch
        {
            [] => lines.LastOrDefault() ?? "no output",
            [var only] => only,
            [var first, .., var last] => $"{first}, {last}",
        };
    }

    private string? FindNpm() => environment.SearchPath
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "npm"))
        .FirstOrDefault(File.Exists);

    /// <summary>A child that npm left behind may still write there; the next start clears the rest.</summary>
    private static void DeleteQuietly(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
        }
    }

    private static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            // What lies there is executed: nobody else may write it.
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private Task<AspireBundle> ProgressAsync(Func<Action<string>, Task<AspireBundle>> work) =>
        console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi
            ? console.Status().StartAsync("Looking for Aspire's orchestrator and dashboard", context => work(phase => context.Status(Markup.Escape(phase))))
            : work(console.Profile.Out.Writer.WriteLine);

    private static DistributedApplicationException CannotInstall(string why, Exception? inner = null)
    {
        var message = $"Aspire's orchestrator and dashboard {BundlePackage.Version} are not on this machine, and {why}: {BundleLocator.Advice}.";
        return inner is null ? new DistributedApplicationException(message) : new DistributedApplicationException(message, inner);
    }
}
