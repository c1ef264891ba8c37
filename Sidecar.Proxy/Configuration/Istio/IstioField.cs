namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>A field of one of Istio's objects. It knows its place, and which of its own fields nobody has asked for.</summary>
/// <param name="file">The file's name.</param>
/// <param name="path">The way to it, such as <c>spec.http[0].route</c>.</param>
/// <param name="node">Its value.</param>
/// <param name="problems">Where problems are told.</param>
internal sealed class IstioField(string file, string path, YamlNode node, IstioProblems problems)
{
    private readonly SortedSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>File, line and field.</summary>
    public string Place => path.Length == 0 ? $"{file}:{node.Line}" : $"{file}:{node.Line}: {path}";

    /// <summary>Its text; empty, and a problem, if it is not a single value.</summary>
    public string Text
    {
        get
        {
            if (node.Text is null)
                Bad("a single value");
            return node.Text ?? "";
        }
    }

    /// <summary>Its items; none, and a problem, if it is not a list.</summary>
    public IReadOnlyList<IstioField> Items
    {
        get
        {
            if (node.Items is null)
                Bad("a list");
            return [.. (node.Items ?? []).Select((item, index) => new IstioField(file, $"{path}[{index}]", item, problems))];
        }
    }

    /// <summary>Its fields where their names are data; none, and a problem, if it is not a mapping.</summary>
    public IReadOnlyList<(string Name, IstioField Value)> Entries => [.. Fields().Select(entry => (entry.Key, Child(entry.Key, entry.Value)))];

    /// <summary>Whether it is a list.</summary>
    public bool IsList => node.Items is not null;

    /// <summary>Whether it is a mapping.</summary>
    public bool IsMapping => node.Fields is not null;

    /// <summary>Whether it is a mapping without fields, or nothing at all.</summary>
    public bool IsEmpty => node.IsNull || node.Fields is { Count: 0 } || node.Text is "";

    /// <summary>One of its fields.</summary>
    /// <returns>The field, or null when it is not there.</returns>
    public IstioField? this[string name]
    {
        get
        {
            _asked.Add(name);
            return Fields().TryGetValue(name, out var value) && !value.IsNull ? Child(name, value) : null;
        }
    }

    /// <summary>Tells that its value is not allowed.</summary>
    /// <param name="allowed">What would have been.</param>
    public void Bad(string allowed) => problems.Add(new(Place, node.Text ?? "", allowed));

    /// <summary>Tells that it is not supported.</summary>
    /// <param name="instead">What there is instead.</param>
    public void Unsupported(string instead) => problems.Add(new UnsupportedField(Place, instead));

    /// <summary>Fields that become settings as they are.</summary>
    /// <param name="names">Each field's name, and the setting's key.</param>
    public IEnumerable<PolicySetting> Settings(params IEnumerable<(string Field, string Key)> names)
    {
        foreach (var (name, key) in names)
        {
            if (this[name] is { } value)
                yield return new(key, value.Text, value);
        }
    }

    /// <summary>Tells of all fields that nobody has asked for.</summary>
    public void Close()
    {
        foreach (var (name, value) in node.Fields ?? new Dictionary<string, YamlNode>())
        {
            if (!_asked.Contains(name))
                Child(name, value).Unsupported($"here these are: {string.Join(", ", _asked)}");
        }
    }

    private IReadOnlyDictionary<string, YamlNode> Fields()
    {
        if (node.Fields is null)
            Bad("a mapping");
        return node.Fields ?? new Dictionary<string, YamlNode>();
    }

    private IstioField Child(string name, YamlNode value) => new(file, path.Length == 0 ? name : $"{path}.{name}", value, problems);
}

/// <summary>A field that Istio knows and the sidecar does not.</summary>
/// <param name="Place">File, line and field.</param>
/// <param name="Instead">What there is instead.</param>
internal sealed record UnsupportedField(string Place, string Instead) : ConfigurationProblem(Place, "", Instead)
{
    /// <inheritdoc />
    public override string ToString() => OneLine($"{Key} is not supported; {Allowed}");
}
