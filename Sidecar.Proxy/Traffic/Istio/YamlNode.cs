namespace Sidecar.Proxy.Traffic.Istio;

/// <summary>A value in a YAML document, and where it stands: a scalar, a sequence, a mapping, or nothing.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Text">The scalar, or null.</param>
/// <param name="Items">The sequence's items, or null.</param>
/// <param name="Fields">The mapping's entries, or null.</param>
internal sealed record YamlNode(long Line, string? Text, IReadOnlyList<YamlNode>? Items = null, IReadOnlyDictionary<string, YamlNode>? Fields = null)
{
    /// <summary>Whether it is null, which is as good as not being there.</summary>
    public bool IsNull => Text is null && Items is null && Fields is null;
}
