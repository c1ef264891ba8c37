namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>What is changed about headers: first some are taken away, then some are put in the place of others, then some are added.</summary>
public sealed record HeaderEditOptions
{
    /// <summary>Headers that have this value, whatever they had before, or nothing. Default: none.</summary>
    [Secret]
    [EditableHeaders]
    public IReadOnlyDictionary<string, string> Set { get; init; } = new Dictionary<string, string>();

    /// <summary>Headers that have this value besides those that they have. Default: none.</summary>
    [Secret]
    [EditableHeaders]
    public IReadOnlyDictionary<string, string> Add { get; init; } = new Dictionary<string, string>();

    /// <summary>Headers that do not go on. Default: none.</summary>
    [EditableHeaders]
    public IReadOnlyList<string> Remove { get; init; } = [];
}
