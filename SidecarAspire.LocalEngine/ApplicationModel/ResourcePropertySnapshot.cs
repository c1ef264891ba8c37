namespace Aspire.Hosting.ApplicationModel;

/// <summary>A property of a resource, for its details.</summary>
/// <param name="Name">Its name; the dashboard knows some, such as <c>executable.path</c>.</param>
/// <param name="Value">A string, number, boolean, time, or a sequence of them.</param>
public sealed record ResourcePropertySnapshot(string Name, object? Value)
{
    /// <summary>Whether the dashboard shows the value only when asked.</summary>
    public bool IsSensitive { get; init; }
}
