namespace Aspire.Hosting.ApplicationModel;

/// <summary>The properties of a resource that the dashboard knows.</summary>
internal static class KnownProperties
{
    public const string ExecutablePath = "executable.path";
    public const string WorkingDirectory = "executable.workDir";
    public const string Arguments = "executable.args";
    public const string ProcessId = "executable.pid";
    public const string ProjectPath = "project.path";
    public const string ExitCode = "resource.exitCode";
}
