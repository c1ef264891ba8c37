using System.Text.Json.Serialization;

namespace Aspire.Hosting;

/// <summary>What a project's <c>Properties/launchSettings.json</c> says.</summary>
public sealed class LaunchSettings
{
    /// <summary>The profiles by name, in the order of the file.</summary>
    [JsonPropertyName("profiles")]
    public Dictionary<string, LaunchProfile> Profiles { get; set; } = [];
}
