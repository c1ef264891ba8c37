using System.Text.Json;

namespace Sidecar.Proxy.Configuration;

/// <summary>A JSON file of configuration that is mounted into the container.</summary>
/// <param name="path">The file's path.</param>
/// <param name="name">The key or variable the operator named it by.</param>
public sealed class MountedFile(string path, string name) : MountedSource(path)
{
    /// <summary>The environment variable whose value is the file's path.</summary>
    public const string Variable = "SIDECAR_CONFIG";

    /// <summary>The key whose value is the file's path.</summary>
    public const string PathKey = "Sidecar:ConfigurationFile";

    // Everything else at the top would have no effect, which is what a misspelt section looks like.
    private static readonly string[] Sections = [SidecarOptions.Section, "Logging"];

    /// <inheritdoc />
    protected override MountedContent Read() => MountedContent.Read([Path]);

    /// <inheritdoc />
    protected override IDictionary<string, string?> Parse(MountedContent content)
    {
        ArgumentNullException.ThrowIfNull(content);

        if (content.Failure is { } failure)
            throw Problem(failure);
        IConfigurationRoot parsed;
        try
        {
            using var stream = new MemoryStream(content.Files[0].Bytes);
            parsed = new ConfigurationBuilder().AddJsonStream(stream).Build();
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Problem(exception.GetBaseException().Message);
        }

        if (parsed.GetChildren().FirstOrDefault(child => !Sections.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } stray)
            throw Problem($"it has '{stray.Key}' where only {string.Join(" and ", Sections)} can be");
        var empty = EmptySections.Of(content.Files[0].Bytes);
        if (empty.FirstOrDefault(pair => pair is { Value: null } && Sections.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)) is { Key: { } nothing })
            throw Problem($"'{nothing}' is null where a section is meant");
        return parsed.AsEnumerable()
            .Where(pair => pair.Value is not null || empty.ContainsKey(pair.Key))
            .ToDictionary(pair => pair.Key, pair => pair.Value ?? empty[pair.Key], StringComparer.OrdinalIgnoreCase);
    }

    private ConfigurationException Problem(string reason) => new([new(name, Path, $"a JSON file that can be used: {reason.ReplaceLineEndings(" ")}")]);
}
