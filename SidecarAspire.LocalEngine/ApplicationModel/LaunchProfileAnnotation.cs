namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says which profile of a project's launchSettings.json it starts with.</summary>
/// <param name="launchProfileName">The profile.</param>
public sealed class LaunchProfileAnnotation(string launchProfileName) : IResourceAnnotation
{
    /// <summary>The profile.</summary>
    public string LaunchProfileName { get; } = launchProfileName;
}
