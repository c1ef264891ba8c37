namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>VirtualServices and DestinationRules that are mounted; their routes follow those of <c>Sidecar:Routes</c>. Read again when they change.</summary>
public sealed record IstioOptions : IValidatableObject
{
    /// <summary>YAML files, or folders whose <c>*.yaml</c> and <c>*.yml</c> files are read, in the order of their names.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The host that is the application behind the sidecar, by its Service's name. Default: <c>Sidecar:ServiceName</c> (<c>SRV_NAME</c>), and any host that a VirtualService both stands for and leads to.</summary>
    public string? App { get; init; }

    /// <summary>Where hosts are, several addresses comma-separated; <c>HOST/SUBSET</c> for a subset of one. Default: <c>http://HOST:PORT</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Hosts { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Files.Count == 0)
            yield return new("the paths of files or folders, comma-separated", [nameof(Files)]);
        var urls = new TargetUrlsAttribute();
        foreach (var (host, targets) in Hosts)
        {
            if (!urls.IsValid(targets))
                yield return new(urls.FormatErrorMessage(host), [$"{nameof(Hosts)}:{host}"]);
        }
    }
}
