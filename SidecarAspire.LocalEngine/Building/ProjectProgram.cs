namespace Aspire.Hosting;

/// <summary>How a built project is started.</summary>
/// <param name="Command">The program.</param>
/// <param name="Arguments">What comes before the project's own arguments.</param>
internal sealed record ProjectProgram(string Command, IReadOnlyList<string> Arguments)
{
    /// <summary>The executable that stands beside the assembly, else the assembly by way of <c>dotnet</c>.</summary>
    public static ProjectProgram Of(IBuiltProjectMetadata project)
    {
        var executable = Path.ChangeExtension(project.TargetPath, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(executable)
            ? new ProjectProgram(executable, [])
            : new ProjectProgram("dotnet", ["exec", project.TargetPath]);
    }
}
