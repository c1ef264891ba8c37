namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command as the dashboard offers it now.</summary>
/// <param name="Name">Its name, unique in the resource.</param>
/// <param name="State">Whether it can be executed.</param>
/// <param name="DisplayName">What the button says.</param>
/// <param name="DisplayDescription">The tooltip.</param>
/// <param name="Parameter">Handed back when the command is executed; not used here.</param>
/// <param name="ConfirmationMessage">A question to ask first.</param>
/// <param name="IconName">A Fluent UI icon.</param>
/// <param name="IconVariant">Which form of the icon.</param>
/// <param name="IsHighlighted">Whether it has a button of its own, outside the menu.</param>
public sealed record ResourceCommandSnapshot(
    string Name,
    ResourceCommandState State,
    string DisplayName,
    string? DisplayDescription,
    object? Parameter,
    string? ConfirmationMessage,
    string? IconName,
    IconVariant? IconVariant,
    bool IsHighlighted);
