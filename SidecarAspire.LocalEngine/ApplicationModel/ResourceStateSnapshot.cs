namespace Aspire.Hosting.ApplicationModel;

/// <summary>A state and how it looks.</summary>
/// <param name="Text">One of <see cref="KnownResourceStates"/>, or any other text.</param>
/// <param name="Style">One of <see cref="KnownResourceStateStyles"/>; without one the dashboard chooses.</param>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    /// <summary>A state without a style of its own.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2225", Justification = "Aspire's API.")]
    public static implicit operator ResourceStateSnapshot?(string? s) => s is null ? null : new(s, null);
}
