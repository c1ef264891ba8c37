namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>Istio's objects as a source of configuration.</summary>
/// <param name="options">Which files, and what their hosts are.</param>
/// <param name="service">The application's name.</param>
internal sealed class IstioFiles(IstioOptions options, string service) : MountedSource(string.Join(", ", options.Files))
{
    private const string Key = $"{SidecarOptions.Section}:{nameof(SidecarOptions.Istio)}";

    private IstioSettings _settings = new();

    /// <summary>Makes the source, if it is configured.</summary>
    /// <returns>The source, or null.</returns>
    /// <exception cref="ConfigurationException">What configures it cannot be used.</exception>
    public static IstioFiles? Of(IConfiguration configuration) => configuration.GetSection(Key).Exists()
        ? new(OptionsReader.Read<IstioOptions>(configuration, Key), configuration[$"{SidecarOptions.Section}:{nameof(SidecarOptions.ServiceName)}"] ?? "")
        : null;

    /// <inheritdoc />
    public override string? NameOf(string key) => _settings.PlaceOf(key);

    /// <inheritdoc />
    protected override MountedContent Read() => MountedContent.Read(options.Files.SelectMany(InFolder));

    /// <inheritdoc />
    protected override IDictionary<string, string?> Parse(MountedContent content)
    {
        if (content.Failure is { } failure)
            throw new ConfigurationException([new($"{Key}:{nameof(IstioOptions.Files)}", Path, $"YAML files that can be read: {failure.ReplaceLineEndings(" ")}")]);
        var problems = new IstioProblems();
        var settings = Map(content, problems);
        if (problems.All.Count > 0)
            throw new ConfigurationException(problems.All);
        _settings = settings;
        return settings.Values;
    }

    private static IEnumerable<string> InFolder(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path).Where(file => System.IO.Path.GetExtension(file) is ".yaml" or ".yml").Order(StringComparer.Ordinal)
        : [path];

    private IstioSettings Map(MountedContent content, IstioProblems problems)
    {
        var objects = new List<IstioObject>();
        foreach (var (path, bytes) in content.Files)
        {
            var file = System.IO.Path.GetFileName(path);
            try
            {
                foreach (var document in YamlReader.Read(FileContent.Text(bytes)))
                {
                    if (IstioObject.Of(new IstioField(file, "", document, problems)) is { } one)
                        objects.Add(one);
                }
            }
            catch (YamlFormatException exception)
            {
                problems.Add(new($"{file}:{exception.Line}", path, $"a YAML file that can be used: {exception.Message}"));
            }
            catch (FormatException exception)
            {
                problems.Add(new(file, path, $"a YAML file that can be used: {exception.Message}"));
            }
        }

        var settings = new IstioSettings();
        new IstioMapping(options, service, settings).Map(objects);
        return settings;
    }
}
