namespace Aspire.Hosting.ApplicationModel;

/// <summary>The image of a container.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    private string? _tag;
    private string? _sha256;

    /// <summary>The registry; null when it is part of <see cref="Image"/> or the default one.</summary>
    public string? Registry { get; set; }

    /// <summary>The name.</summary>
    public required string Image { get; set; }

    /// <summary>The tag; setting it takes a digest away.</summary>
    public string? Tag
    {
        get => _tag;
        set => (_tag, _sha256) = (value, null);
    }

    /// <summary>The digest, without <c>sha256:</c>; setting it takes a tag away.</summary>
    public string? SHA256
    {
        get => _sha256;
        set => (_sha256, _tag) = (value, null);
    }
}
