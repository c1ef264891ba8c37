namespace SidecarAspire.Tests;

/// <summary>A program of others that tests run, as <c>tools.txt</c> has it.</summary>
/// <param name="FoundBy">Programs on the PATH or files, all of which it takes; each may have alternatives.</param>
/// <param name="Packages">The Debian packages it comes in.</param>
internal sealed record Tool(string[][] FoundBy, string Packages)
{
    private static readonly Dictionary<string, Tool> s_tools = Read();

    /// <summary>Whether a tool of the list is installed.</summary>
    public static bool IsInstalled(string name) => s_tools[name].FoundBy.All(alternatives => alternatives.Any(alternative => Locate(alternative) is not null));

    /// <summary>Skips the test unless tools of the list are installed; the reason is the command that installs them.</summary>
    public static void Require(params string[] names)
    {
        foreach (var name in names)
            Assert.SkipUnless(IsInstalled(name), $"{name} is missing (Debian, Ubuntu: sudo apt-get install {s_tools[name].Packages})");
    }

    /// <summary>Skips the test unless it may make namespaces.</summary>
    public static void RequireRoot() => Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "root on Linux is needed (sudo dotnet test)");

    /// <summary>The path of a tool of one program.</summary>
    public static string PathOf(string name)
    {
        Require(name);
        return s_tools[name].FoundBy.Single().Select(Locate).OfType<string>().First();
    }

    private static string? Locate(string found)
    {
        if (Path.IsPathRooted(found))
            return File.Exists(found) ? found : null;
        var file = OperatingSystem.IsWindows() ? $"{found}.exe" : found;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, file)).FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) => File.Exists(path) && (OperatingSystem.IsWindows() || File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute));

    private static Dictionary<string, Tool> Read()
    {
        using var list = new StreamReader(typeof(Tool).Assembly.GetManifestResourceStream("tools.txt")!);
        return list.ReadToEnd().Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(fields => fields[0], fields => new Tool([.. fields[1].Split(' ').Select(found => found.Split(','))], fields[2]));
    }
}
