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
        if (content.Failure is { } failure)
            throw Problem(failure);
        try
        {
            var values = JsonSettings.Read(FileContent.Text(content.Files[0].Bytes));
            if (Sections.FirstOrDefault(section => values.TryGetValue(section, out var value) && value is null) is { } nothing)
                throw new FormatException($"'{nothing}' is null where a section is meant");
            return values.Keys.Select(static key => key.Split(':')[0]).FirstOrDefault(key => !Sections.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } stray
                ? throw new FormatException($"it has '{stray}' where only {string.Join(" and ", Sections)} can be")
                : values;
        }
        catch (FormatException exception)
        {
            throw Problem(exception.Message);
        }
    }

    private ConfigurationException Problem(string reason) => new([new(name, Path, $"a JSON file that can be used: {reason}")]);
}
