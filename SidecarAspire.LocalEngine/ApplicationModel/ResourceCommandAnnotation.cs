namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command that the dashboard offers for a resource.</summary>
/// <param name="name">Its name, unique in the resource.</param>
/// <param name="displayName">What the button says.</param>
/// <param name="updateState">Whether it can be executed, given the resource's state; asked at every change of it.</param>
/// <param name="executeCommand">What it does.</param>
/// <param name="displayDescription">The tooltip.</param>
/// <param name="parameter">Not used here.</param>
/// <param name="confirmationMessage">A question to ask first.</param>
/// <param name="iconName">A Fluent UI icon.</param>
/// <param name="iconVariant">Which form of the icon.</param>
/// <param name="isHighlighted">Whether it has a button of its own, outside the menu.</param>
public sealed class ResourceCommandAnnotation(
    string name,
    string displayName,
    Func<UpdateCommandStateContext, ResourceCommandState> updateState,
    Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand,
    string? displayDescription,
    object? parameter,
    string? confirmationMessage,
    string? iconName,
    IconVariant? iconVariant,
    bool isHighlighted) : IResourceAnnotation
{
    /// <summary>Its name, unique in the resource.</summary>
    public string Name { get; } = name;

    /// <summary>What the button says.</summary>
    public string DisplayName { get; } = displayName;

    /// <summary>Whether it can be executed, given the resource's state.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState> UpdateState { get; } = updateState;

    /// <summary>What it does.</summary>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; } = executeCommand;

    /// <summary>The tooltip.</summary>
    public string? DisplayDescription { get; } = displayDescription;

    /// <summary>Not used here.</summary>
    public object? Parameter { get; } = parameter;

    /// <summary>A question to ask first.</summary>
    public string? ConfirmationMessage { get; } = confirmationMessage;

    /// <summary>A Fluent UI icon.</summary>
    public string? IconName { get; } = iconName;

    /// <summary>Which form of the icon.</summary>
    public IconVariant? IconVariant { get; } = iconVariant;

    /// <summary>Whether it has a button of its own, outside the menu.</summary>
    public bool IsHighlighted { get; } = isHighlighted;
}
