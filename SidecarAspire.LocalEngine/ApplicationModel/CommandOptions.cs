namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command looks and when it can be executed.</summary>
public class CommandOptions
{
    /// <summary>The tooltip.</summary>
    public string? Description { get; set; }

    /// <summary>A question to ask first.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>A Fluent UI icon.</summary>
    public string? IconName { get; set; }

    /// <summary>Which form of the icon.</summary>
    public IconVariant? IconVariant { get; set; }

    /// <summary>Whether it has a button of its own, outside the menu.</summary>
    public bool IsHighlighted { get; set; }

    /// <summary>Whether it can be executed, given the resource's state; always, by default.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState>? UpdateState { get; set; }
}
