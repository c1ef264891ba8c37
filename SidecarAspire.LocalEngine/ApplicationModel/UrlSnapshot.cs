namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address of a resource.</summary>
/// <param name="Name">The endpoint it belongs to, if any.</param>
/// <param name="Url">The absolute URL.</param>
/// <param name="IsInternal">Whether it is shown in the details alone.</param>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal)
{
    /// <summary>How it is shown.</summary>
    public UrlDisplayPropertiesSnapshot DisplayProperties { get; init; } = new();

    /// <summary>Whether nothing answers there yet; it is then not shown.</summary>
    public bool IsInactive { get; init; }
}
