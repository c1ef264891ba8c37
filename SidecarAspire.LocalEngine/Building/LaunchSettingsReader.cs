using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aspire.Hosting;

/// <summary>Reads a project's launch settings and picks the profile Aspire would pick.</summary>
internal static partial class LaunchSettingsReader
{
    private static readonly string[] StartableCommands = ["Project", "Executable"];

    /// <summary>The project's launch settings; null when it has none.</summary>
    /// <exception cref="DistributedApplicationException">The project file does not exist, or its launch settings are not valid JSON.</exception>
    public static LaunchSettings? Read(IProjectMetadata project, string resourceName)
    {
        if (project.LaunchSettings is { } given)
        {
            return given;
        }

        if (!File.Exists(project.ProjectPath))
        {
            throw new DistributedApplicationException($"Project file '{project.ProjectPath}' was not found.");
        }

        var path = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, LaunchSettingsJson.Default.LaunchSettings);
        }
        catch (JsonException e)
        {
            throw new DistributedApplicationException(
                $"Project resource '{resourceName}': '{path}' is not valid JSON (line {e.LineNumber + 1}).", e);
        }
    }

    /// <summary>
    /// The profile asked for by name; else the one that has the app host's own profile name; else the first that starts the project.
    /// </summary>
    /// <exception cref="DistributedApplicationException">There is no profile of the name asked for.</exception>
    public static (string Name, LaunchProfile Profile)? Select(LaunchSettings? settings, string resourceName, string? profileName, string? appHostProfileName)
    {
        if (settings is null)
        {
            return null;
        }

        if (!string.IsNullOrEmpty(profileName))
        {
            return settings.Profiles.TryGetValue(profileName, out var asked)
                ? (profileName, asked)
                : throw new DistributedApplicationException(
                    $"Project resource '{resourceName}' has no launch profile '{profileName}'; it has: {string.Join(", ", settings.Profiles.Keys)}.");
        }

        if (!string.IsNullOrEmpty(appHostProfileName) && settings.Profiles.TryGetValue(appHostProfileName, out var same))
        {
            return (appHostProfileName, same);
        }

        foreach (var (name, profile) in settings.Profiles)
        {
            if (string.IsNullOrEmpty(profile.CommandName) || StartableCommands.Contains(profile.CommandName, StringComparer.OrdinalIgnoreCase))
            {
                return (name, profile);
            }
        }

        return null;
    }

    [JsonSourceGenerationOptions(ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
    [JsonSerializable(typeof(LaunchSettings))]
    private sealed partial class LaunchSettingsJson : JsonSerializerContext;
}
