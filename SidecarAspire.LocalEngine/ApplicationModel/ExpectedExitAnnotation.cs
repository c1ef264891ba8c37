namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a resource ends by itself, since others wait for it to.</summary>
/// <param name="ExitCode">The exit code they wait for.</param>
internal sealed record ExpectedExitAnnotation(int ExitCode) : IResourceAnnotation;
